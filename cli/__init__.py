"""The command line: one file per command, found by its name."""

__all__: list[str] = []
