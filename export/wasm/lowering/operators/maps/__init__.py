"""Operators on feature maps."""

__all__: list[str] = []
