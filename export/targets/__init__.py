"""Export targets, one file each, discovered by their `TARGET`."""

__all__: list[str] = []
