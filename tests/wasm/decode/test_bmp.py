"""BMP: every header, depth and compression against Pillow, and the rules for odd files."""

import struct

import numpy as np
import pytest
from agreement import assert_pixels
from bmp_files import make_random_bmp
from pillow_witness import decode_with_pillow
from wasm_host import Module, Native

SEEDS = [range(150), pytest.param(range(150, 3000), marks=pytest.mark.full)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "all"])
def test_random_files_give_pillows_pixels(module: Module, scalar: Module, native: Native, seeds: range) -> None:
    for seed in seeds:
        data = make_random_bmp(np.random.default_rng(seed))
        assert_pixels(decode_with_pillow(data), data, module, scalar, native)


@pytest.mark.slow
def test_cuts_are_refused_where_pillow_refuses_them(module: Module) -> None:
    for seed in range(30):
        data = make_random_bmp(np.random.default_rng(seed), largest=6)
        for size in range(2, len(data)):
            expected, verdict = decode_with_pillow(data[:size]), module.decode(data[:size])
            assert (verdict.pixels is None) == (expected is None), (seed, size)
            assert verdict.code in ("ok", "truncated")


def write_header(width: int, height: int, bits: int, compression: int = 0, size: int = 40) -> bytes:
    file_header = struct.pack("<2sIHHI", b"BM", 0, 0, 0, 54)
    return file_header + struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (write_header(4, 4, 24), "truncated"),
        (write_header(4, 4, 24, 4), "unsupported"),
        (write_header(4, 4, 24, 9), "unsupported"),
        (write_header(4, 4, 2), "unsupported"),
        (write_header(4, 4, 24, 1), "corrupt"),
        (write_header(4, 4, 32, 3) + struct.pack("<3I", 0x3FF, 0xFFC00, 0x3FF00000), "unsupported"),
        (write_header(0, 4, 24), "corrupt"),
        (write_header(70000, 4, 24), "too-large"),
        (write_header(4, 4, 24, size=16), "format"),
        (b"BMW is a car, not a bitmap", "format"),
        (b"BM", "truncated"),
    ],
)
def test_odd_headers(module: Module, header: bytes, code: str) -> None:
    data = header if code in ("format", "truncated") else header.ljust(70, b"\x00")
    if code == "truncated" and len(header) > 2:
        data = header
    assert module.decode(data).code == code
