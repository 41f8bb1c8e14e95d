"""Processes, folder locks and the environment of commands."""

__all__: list[str] = []
