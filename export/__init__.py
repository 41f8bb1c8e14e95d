"""Export: a trained model, or a user's own model file, becomes a bundle on disk."""

__all__: list[str] = []
