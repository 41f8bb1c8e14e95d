"""Lowering of the operators of the domain ai.onnx.ml: classical models."""

__all__: list[str] = []
