"""Lowering of fitted classifiers to tensor operations: from features to scores and probabilities."""

__all__: list[str] = []
