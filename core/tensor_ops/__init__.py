"""Tensor operations: the protocol that preprocessing is written against, and its implementations."""

__all__: list[str] = []
