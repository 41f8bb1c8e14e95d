"""Interpolations, one file each: the values of `Preprocessing.resize`."""

__all__: list[str] = []
