"""Runtimes, one file each, found by `webparity.registry`: a class under the name `RUNTIME`."""

__all__: list[str] = []
