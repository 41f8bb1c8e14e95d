"""Training: a dataset and a recipe give a trained model with its preprocessing, labels and metrics."""

__all__: list[str] = []
