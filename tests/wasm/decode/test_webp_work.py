"""Small WebPs that claim much work: refused, or decoded within the bounds of a file under 1 MiB."""

import io

import pytest
from PIL import Image
from wasm_host import COMMITTED, FUEL, Module
from webp_files import write_chunk, write_webp
from webp_lossless_codes import BitWriter

pytestmark = pytest.mark.slow


def write_simple_codes(bits: BitWriter, *symbols: int) -> None:
    """Codes of one symbol each: every pixel is the same and takes no bits."""
    for symbol in symbols:
        for value, count in ((1, 1), (0, 1), (1, 1), (symbol, 8)):
            bits.write(value, count)


def make_flat_lossless(width: int, height: int, *, transformed: bool = False) -> bytes:
    bits = BitWriter()
    for value, count in ((0x2F, 8), (width - 1, 14), (height - 1, 14), (1, 1), (0, 3)):
        bits.write(value, count)
    if transformed:
        bits.write(0b101, 3)  # green is subtracted
        for kind, symbols in ((0, (11, 0, 0, 0, 0)), (1, (11, 3, 9, 0, 0))):
            for value, count in ((1, 1), (kind, 2), (0, 3), (0, 1)):
                bits.write(value, count)
            write_simple_codes(bits, *symbols)
    bits.write(0, 3)
    write_simple_codes(bits, 7, 7, 7, 200, 0)
    return write_webp(write_chunk(b"VP8L", bits.to_bytes() + bytes(8)))


def encode_flat(mode: str, side: int) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side), (9, 99, 200, 5)[: len(mode)]).save(out, "WEBP", quality=50, method=0)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_flat_lossless(8192, 8192), "too-much-work"),
        (make_flat_lossless(8192, 4096), "ok"),
        (make_flat_lossless(8192, 4096, transformed=True), "ok"),
        (encode_flat("RGB", 4096), "ok"),
        (encode_flat("RGBA", 4096), "ok"),
    ],
    ids=["flat", "flat, allowed", "three transforms", "lossy", "alpha"],
)
def test_small_files_cost_little(data: bytes, code: str) -> None:
    assert len(data) < 1 << 20
    fresh = Module(COMMITTED, FUEL)
    assert fresh.decode(data).code == code
    assert fresh.get_memory_size() < 1 << 30
