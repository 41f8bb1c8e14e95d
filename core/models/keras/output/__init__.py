"""What a Keras network's numbers are."""

__all__: list[str] = []
