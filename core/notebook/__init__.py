"""Views of bundles and predictions for a notebook's cell."""

__all__: list[str] = []
