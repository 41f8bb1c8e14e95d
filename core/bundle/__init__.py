"""Bundles: the folder that goes on the web, its manifest, reading and writing."""

__all__: list[str] = []
