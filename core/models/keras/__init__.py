"""Keras networks: files, graphs of calls, the inference model and the baked function."""

__all__: list[str] = []
