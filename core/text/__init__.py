"""Text from outside on its way to a place that gives characters a meaning: one module for each such place."""

__all__: list[str] = []
