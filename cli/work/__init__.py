"""Implementation of the commands, with display of their progress."""

__all__: list[str] = []
