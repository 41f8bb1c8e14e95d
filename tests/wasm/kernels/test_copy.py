"""Copies: slices, transposes, expansions and concatenations of every width of element; fills."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from kernel_program import run_kernel
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray
from program_files import copy_words

from webparity.program.opcodes import Opcode

WIDTHS = [np.uint8, np.int16, np.float32, np.int64]


def _copy(x: NDArray[Any], view: NDArray[Any]) -> NDArray[Any]:
    """What a copy of a view of x into a whole array gives."""
    offset = (view.__array_interface__["data"][0] - x.__array_interface__["data"][0]) // x.itemsize
    strides = [stride // x.itemsize for stride in view.strides]
    whole = [int(np.prod(view.shape[axis + 1 :])) for axis in range(view.ndim)]
    words = copy_words(view.shape, strides, whole, (offset, 0))
    return run_kernel(Opcode.COPY, [(view.shape, x.dtype)], [x], words)[0]


@pytest.mark.parametrize("dtype", WIDTHS)
def test_views(dtype: type) -> None:
    random = np.random.default_rng(5)
    x = random.integers(0, 250, (4, 6, 5, 3)).astype(dtype)
    views = [
        *(x, x[1:3], x[:, ::2, 1:], x[::-1, :, ::-2], x[..., 1], x[2, 3, 4, 1:2].reshape(()), x[:0]),
        *(x.transpose(3, 1, 2, 0), x.transpose(0, 3, 1, 2), x[:, 1:2].transpose(1, 2, 3, 0)),
        *(as_strided(x, (7, *x.shape), (0, *x.strides)), np.broadcast_to(x[:, :1], x.shape)),
        np.broadcast_to(x[..., :1], x.shape),
    ]
    for view in views:
        np.testing.assert_array_equal(_copy(x, view), view)


def test_long_rows_and_planes() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(3, 40, 50)).astype(np.float32)
    for view in (x.transpose(1, 2, 0), x.transpose(2, 1, 0), x[:, 3:, 5:], x.reshape(-1)[7:]):
        np.testing.assert_array_equal(_copy(x, view), view)


@pytest.mark.parametrize("dtype", [*WIDTHS, np.float64])
@pytest.mark.parametrize("count", [0, 1, 3, 15, 16, 17, 33])
def test_fill(dtype: type, count: int) -> None:
    number = np.array([117], dtype)
    bits = int.from_bytes(number.tobytes(), "little")
    found = run_kernel(Opcode.FILL, [((count,), dtype)], [], [bits % 2**32, bits >> 32])[0]
    np.testing.assert_array_equal(found, np.repeat(number, count))
