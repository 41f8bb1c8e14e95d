"""What commands print."""

__all__: list[str] = []
