"""Storage: staged folders, locks, the cache, and JSON with the same bytes every time."""

__all__: list[str] = []
