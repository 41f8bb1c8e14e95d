"""The work of commands, with its progress shown."""

__all__: list[str] = []
