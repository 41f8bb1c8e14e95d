"""The kinds of outputs, one file each."""

__all__: list[str] = []
