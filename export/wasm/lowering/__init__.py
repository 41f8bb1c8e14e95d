"""Lowering of ONNX graphs to programs."""

__all__: list[str] = []
