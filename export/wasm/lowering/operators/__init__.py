"""The operators of ONNX, lowered one family a module."""

__all__: list[str] = []
