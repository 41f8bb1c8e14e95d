"""Checks of ONNX files from untrusted sources, before onnxruntime opens them."""

__all__: list[str] = []
