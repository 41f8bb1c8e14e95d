"""Recurrent layers, unrolled."""

__all__: list[str] = []
