"""JPEG: parsing of markers and proof that every scan is complete."""

__all__: list[str] = []
