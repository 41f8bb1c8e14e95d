"""Presets, one file for each family: the usual preprocessing of a library, by name."""

__all__: list[str] = []
