"""Search for the preprocessing that gives a user's own arrays."""

__all__: list[str] = []
