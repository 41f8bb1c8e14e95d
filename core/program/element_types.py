"""Element types of programs: NumPy's dtypes by the numbers that files and ONNX have for them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

# `element_type` in `wasm/program/format.h`; FLOAT16 is only stored, never computed with.
ELEMENT_TYPES: Final[dict[int, np.dtype[Any]]] = {
    1: np.dtype(np.float32),
    2: np.dtype(np.uint8),
    3: np.dtype(np.int8),
    4: np.dtype(np.uint16),
    5: np.dtype(np.int16),
    6: np.dtype(np.int32),
    7: np.dtype(np.int64),
    9: np.dtype(np.bool_),
    10: np.dtype(np.float16),
    11: np.dtype(np.float64),
    12: np.dtype(np.uint32),
    13: np.dtype(np.uint64),
}
_NUMBERS: Final = {dtype: number for number, dtype in ELEMENT_TYPES.items()}


def get_type_number(dtype: np.dtype[Any]) -> int | None:
    """The number of an element type, or None where programs do not have it."""
    return _NUMBERS.get(dtype)
