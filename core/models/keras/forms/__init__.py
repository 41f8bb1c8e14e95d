"""Forms of Keras networks other than maps with channels, from one file of Keras 3."""

__all__: list[str] = []
