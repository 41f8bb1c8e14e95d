"""Export targets, one file each; a module that offers `TARGET` is found by itself."""

__all__: list[str] = []
