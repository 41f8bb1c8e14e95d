"""Smaller weights: which constants may shrink, how they are rounded, and how far that moves the answers."""

__all__: list[str] = []
