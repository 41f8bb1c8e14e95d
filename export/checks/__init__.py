"""Checks of written artifacts against the trained model."""

__all__: list[str] = []
