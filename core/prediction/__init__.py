"""Prediction: from what a user has of an image to the answer."""

__all__: list[str] = []
