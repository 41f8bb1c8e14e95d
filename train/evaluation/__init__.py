"""Evaluation: a model's probabilities and the true labels become figures, pictures and one page."""

__all__: list[str] = []
