"""Trained models: which kinds there are, how they are baked with their preprocessing, and what is refused."""

__all__: list[str] = []
