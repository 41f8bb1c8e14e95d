"""Comparison of a runtime's answers with the reference's, and the verdict."""

__all__: list[str] = []
