"""Small JPEGs that claim much work: refused, or decoded within the bounds of a file under 1 MiB."""

import io
import struct

import numpy as np
import pytest
from jpeg_codes import BLOCK
from jpeg_files import make_segment
from PIL import Image
from pillow_witness import decode_jpeg_with_pillow
from wasm_host import COMMITTED, FUEL, Module

pytestmark = pytest.mark.slow


def make_flat_file(width: int, height: int, *, progressive: bool, scans: int = 1) -> bytes:
    """A small file that claims many pixels: all codes of one bit, or runs of 32,767 blocks scanned over and over."""
    out = b"\xff\xd8" + make_segment(0xDB, bytes([0] + [1] * BLOCK))
    out += make_segment(0xC2 if progressive else 0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    out += make_segment(0xC4, b"\x00\x01" + bytes(15) + b"\x00" + b"\x10\x01" + bytes(15) + b"\x00")
    blocks = -(-width // 8) * -(-height // 8)
    if not progressive:
        return out + make_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + bytes(-(-blocks * 2 // 8)) + b"\xff\xd9"
    out += make_segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes(-(-blocks // 8))
    # Symbol 0xE0 as the code 0, 14 ones behind it; 0x00 as the code 10.
    out += make_segment(0xC4, b"\x10\x01\x01" + bytes(14) + b"\xe0\x00")
    bits = "".join("0" + "1" * 14 for _ in range(blocks // 32767)) + "10" * (blocks % 32767)
    bits += "1" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    for i in range(scans):
        k, low = 1 + i // 14, 13 - i % 14
        high = 0 if low == 13 else low + 1
        out += make_segment(0xDA, bytes([1, 1, 0, k, k, high << 4 | low])) + body
    return out + b"\xff\xd9"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_flat_file(16384, 16384, progressive=False), "too-much-work"),
        (make_flat_file(16384, 8192, progressive=True), "too-much-work"),
        (make_flat_file(8192, 8192, progressive=True, scans=882), "too-much-work"),
        (make_flat_file(8192, 8192, progressive=False), "ok"),
    ],
    ids=["flat", "flat progressive", "many scans", "allowed"],
)
def test_small_files_cost_little(data: bytes, code: str) -> None:
    assert len(data) < 1.2 * 2**20
    fresh = Module(COMMITTED, FUEL)
    assert fresh.decode(data).code == code
    assert fresh.get_memory_size() < 2**30


@pytest.mark.parametrize(("size", "code"), [(2**21 - 1, "too-much-work"), (2**21, "ok")])
def test_a_large_image_needs_a_byte_for_64_pixels(size: int, code: str) -> None:
    file = make_flat_file(16384, 8192, progressive=False).ljust(size, b"\0")
    assert len(file) == size
    assert Module(COMMITTED, FUEL).decode(file).code == code


# 4:4:4, 4:2:2 and 4:2:0, as Pillow numbers them.
@pytest.mark.parametrize("orientation", [1, 4, 6])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_memory_is_bounded_by_pixels(mode: str, progressive: bool, subsampling: int, orientation: int) -> None:
    """At most 4 bytes a pixel beside the file, or 10 where coefficients must be kept."""
    size = 1480, 1110
    noise = np.random.default_rng(0).integers(0, 256, (size[1] // 10, size[0] // 10, 4), np.uint8)
    image = Image.fromarray(noise, "CMYK").resize(size).convert(mode)
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    image.save(out, "JPEG", progressive=progressive, subsampling=subsampling, exif=exif)
    data, fresh = out.getvalue(), Module(COMMITTED)
    pixels = fresh.decode(data).pixels
    assert pixels is not None
    np.testing.assert_array_equal(pixels, decode_jpeg_with_pillow(data))
    # Rows that wait for those below them, and the data of the module, do not grow with the image.
    beside = fresh.get_memory_size() - len(data) - 2**19
    assert beside <= (10 if progressive else 4) * size[0] * size[1]
