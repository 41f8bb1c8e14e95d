"""ONNX graphs: passes, and the graphs of networks and classifiers."""

__all__: list[str] = []
