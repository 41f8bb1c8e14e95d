"""Fits, one file each: the values of `Preprocessing.fit`."""

__all__: list[str] = []
