"""Checks of `.keras` files before Keras opens them."""

__all__: list[str] = []
