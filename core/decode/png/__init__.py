"""PNG: parsing of chunks and proof that the image data are complete."""

__all__: list[str] = []
