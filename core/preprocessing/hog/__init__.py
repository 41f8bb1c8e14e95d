"""Histograms of oriented gradients (HOG)."""

__all__: list[str] = []
