"""Fitted classifiers as ONNX nodes: from features to scores and probabilities."""

__all__: list[str] = []
