"""Datasets: decoded images with labels, already split."""

__all__: list[str] = []
