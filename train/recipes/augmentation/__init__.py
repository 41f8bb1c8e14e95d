"""Layers that vary training images; Keras is imported with them, so recipes import them where they build."""

__all__: list[str] = []
