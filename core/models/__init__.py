"""Trained models: their kinds, the baked model with its preprocessing inside, and the list of refusals."""

__all__: list[str] = []
