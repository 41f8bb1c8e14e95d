"""Mathematics that families of classifiers share, in tensor operations."""

__all__: list[str] = []
