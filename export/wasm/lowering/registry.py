"""All operators of ONNX that can be lowered, by name, collected from the modules of `operators`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

from webparity.export.wasm.lowering import operators
from webparity.export.wasm.lowering.node import Lowering


def _list_families(table: str) -> Iterator[Mapping[str, Lowering]]:
    """The tables of this name of all modules of the package that have one, and of its subpackages."""
    for info in pkgutil.walk_packages(operators.__path__, f"{operators.__name__}."):
        module: ModuleType = importlib.import_module(info.name)
        yield getattr(module, table, {})


def merge_families(families: Iterator[Mapping[str, Lowering]]) -> dict[str, Lowering]:
    """Merge tables of operators into one.

    Raises:
        ValueError: two of them have the same operator.
    """
    merged: dict[str, Lowering] = {}
    for family in families:
        twice = merged.keys() & family.keys()
        if twice:
            raise ValueError(f"Expected each operator in one family; received {sorted(twice)} in two.")
        merged |= family
    return dict(sorted(merged.items()))


OPERATORS: Final = merge_families(_list_families("OPERATORS"))
# Those of the domain ai.onnx.ml.
ML_OPERATORS: Final = merge_families(_list_families("ML_OPERATORS"))
