"""Fitting of networks and classifiers, and the decision chosen on validation data."""

__all__: list[str] = []
