"""Antialiased resizing as products with weight matrices."""

__all__: list[str] = []
