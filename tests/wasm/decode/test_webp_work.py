"""Small WebPs that claim much work: refused, or decoded within the bounds of a file under 1 MiB."""

import io

import pytest
from PIL import Image
from wasm_host import COMMITTED, FUEL, Module
from webp_files import write_chunk, write_webp
from webp_lossless_codes import ORDER_OF_LENGTHS, BitWriter

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


def make_many_groups(groups: int, cache_bits: int) -> bytes:
    """An image of 1024 x 1024 pixels with `groups` groups of prefix codes, whose tables take memory."""
    bits = BitWriter()
    for value, count in ((0x2F, 8), (1023, 14), (1023, 14), (0, 1), (0, 3), (0, 1)):
        bits.write(value, count)
    for value, count in ((1, 1), (cache_bits, 4), (1, 1), (0, 3), (0, 1)):
        bits.write(value, count)
    # The image of groups: green is the lower byte, red the upper one, both of eight bits.
    write_equal_lengths(bits, 8, 256, 280)
    write_equal_lengths(bits, 8, 256, 256)
    for _ in range(3):
        write_simple_codes(bits, 0)
    reverse = [int(format(value, "08b")[::-1], 2) for value in range(256)]
    for block in range(256 * 256):
        bits.write(reverse[block % groups & 255] | reverse[block % groups >> 8] << 8, 16)
    group = BitWriter()
    write_equal_lengths(group, cache_bits, 1 << cache_bits, 280 + (1 << cache_bits))
    for _ in range(3):
        write_equal_lengths(group, 8, 256, 256)
    write_simple_codes(group, 0)
    bits.repeat(group, groups)
    return write_webp(write_chunk(b"VP8L", bits.to_bytes() + bytes(1000)))


def write_equal_lengths(bits: BitWriter, length: int, count: int, size: int) -> None:
    """A code of the first `count` symbols, all of one length."""
    bits.write(0, 1)
    bits.write(len(ORDER_OF_LENGTHS) - 4, 4)
    for each in ORDER_OF_LENGTHS:
        bits.write(int(each == length), 3)
    # Only one length has a code, of no bits: as many follow as the number of symbols says.
    bits.write(int(count < size), 1)
    if count < size:
        wide = (count - 2).bit_length()
        bits.write(-(-wide // 2) - 1, 3)
        bits.write(count - 2, 2 * -(-wide // 2))


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
        (make_many_groups(500, 11), "truncated"),
        (make_many_groups(24000, 11), "too-much-work"),
        (encode_flat("RGB", 4096), "ok"),
        (encode_flat("RGBA", 4096), "ok"),
    ],
    ids=["flat", "flat, allowed", "three transforms", "groups", "too many groups", "lossy", "alpha"],
)
def test_small_files_cost_little(data: bytes, code: str) -> None:
    assert len(data) < 1 << 20
    fresh = Module(COMMITTED, FUEL)
    assert fresh.decode(data).code == code
    assert fresh.get_memory_size() < 1 << 30
