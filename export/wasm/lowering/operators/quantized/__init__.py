"""Operators on whole numbers that stand for real ones."""

__all__: list[str] = []
