"""Storage of quantized weights in the files of each target."""

__all__: list[str] = []
