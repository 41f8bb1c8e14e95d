"""Output of the commands: console, tables, predictions and warnings."""

__all__: list[str] = []
