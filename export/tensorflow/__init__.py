"""TensorFlow graphs: freezing, and passes before conversion."""

__all__: list[str] = []
