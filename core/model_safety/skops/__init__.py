"""Checks of `.skops` files before skops opens them."""

__all__: list[str] = []
