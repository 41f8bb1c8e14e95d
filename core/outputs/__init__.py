"""What a model's numbers are: probabilities, scores, several labels, or measured values."""

__all__: list[str] = []
