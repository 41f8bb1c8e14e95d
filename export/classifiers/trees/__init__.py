"""Classifiers of decision trees: extraction from each library, threshold folding and lowering."""

__all__: list[str] = []
