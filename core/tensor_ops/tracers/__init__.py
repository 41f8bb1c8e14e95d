"""Adapters that run or trace the operations of `webparity.tensor_ops.ops`."""

__all__: list[str] = []
