"""The command line: one file a command, found by its name."""

__all__: list[str] = []
