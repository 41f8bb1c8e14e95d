"""TF.js layers models: topology, writers and reading back."""

__all__: list[str] = []
