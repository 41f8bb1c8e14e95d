"""One verdict for a file in every build of the module."""

import zlib

import numpy as np
from numpy.typing import NDArray
from wasm_host import Module, Native, Verdict


def assert_pixels(
    expected: NDArray[np.uint8] | None, data: bytes, module: Module, scalar: Module, native: Native
) -> None:
    """Hold every build to the pixels expected, uint8 [H, W, 3]."""
    assert expected is not None
    verdict = module.decode(data)
    np.testing.assert_array_equal(verdict.pixels, expected)
    assert_alike(verdict, scalar, native, data)


def assert_alike(verdict: Verdict, scalar: Module, native: Native, data: bytes, *, luma: bool = False) -> None:
    """Hold the scalar module and the native program to a verdict."""
    other, (code, shape, digest, received) = scalar.decode(data, luma=luma), native.decode(data, luma=luma)
    assert (other.code, other.received) == (verdict.code, verdict.received) == (code, received)
    if verdict.pixels is not None:
        assert other.pixels is not None
        assert np.array_equal(other.pixels, verdict.pixels)
        assert shape == verdict.pixels.shape[:2]
        assert digest == zlib.crc32(verdict.pixels.tobytes())
