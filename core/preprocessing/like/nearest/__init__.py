"""Nearest-neighbour resize as each library computes the places: with its own rounding errors."""

__all__: list[str] = []
