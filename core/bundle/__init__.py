"""Bundles: the folder that is put on the web, its manifest, reading and writing."""

__all__: list[str] = []
