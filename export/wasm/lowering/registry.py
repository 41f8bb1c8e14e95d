"""All operators of ONNX that can be lowered, by name."""

from __future__ import annotations

from typing import Final

from webparity.export.wasm.lowering.node import Lowering
from webparity.export.wasm.lowering.operators import (
    activations,
    convolutions,
    elementwise,
    indexing,
    normalization,
    padding,
    pools,
    products,
    reductions,
    resizing,
    shapes,
)

_FAMILIES: Final = (
    activations,
    convolutions,
    elementwise,
    indexing,
    normalization,
    padding,
    pools,
    products,
    reductions,
    resizing,
    shapes,
)


def _merge() -> dict[str, Lowering]:
    merged: dict[str, Lowering] = {}
    for family in _FAMILIES:
        twice = merged.keys() & family.OPERATORS.keys()
        if twice:
            raise ValueError(f"Expected each operator in one family; received {sorted(twice)} in two.")
        merged |= family.OPERATORS
    return merged


OPERATORS: Final = _merge()
