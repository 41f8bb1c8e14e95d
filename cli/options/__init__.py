"""Options that commands share."""

__all__: list[str] = []
