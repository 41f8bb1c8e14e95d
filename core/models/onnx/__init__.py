"""ONNX files as models: reading, their input and output, and the baked function in onnxruntime."""

__all__: list[str] = []
