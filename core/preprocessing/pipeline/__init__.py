"""Preprocessing as a pipeline of named steps."""

__all__: list[str] = []
