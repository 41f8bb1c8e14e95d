"""Ensembles of decision trees as arrays: taken out of fitted classifiers, folded, and written in operations."""

__all__: list[str] = []
