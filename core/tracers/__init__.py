"""Adapters that run or trace the operations of `webparity.ops`."""

__all__: list[str] = []
