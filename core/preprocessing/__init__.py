"""Preprocessing, from decoded pixels to the input of a model, written once for every runtime."""

__all__: list[str] = []
