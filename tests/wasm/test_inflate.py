"""The module's inflate, seen through a PNG of one gray row: streams of every kind, and streams that zlib refuses."""

import struct
import zlib

import numpy as np
import pytest
from png_files import SIGNATURE, write_chunk
from wasm_host import Module


def wrap(stream: bytes, size: int, chunk_size: int = 1 << 20) -> bytes:
    """A gray PNG whose rows are `size` bytes of a zlib stream: rows of up to 4096 bytes, filter bytes included."""
    width = min(size, 4096) - 1
    header = struct.pack(">IIBBBBB", width, size // (width + 1), 8, 0, 0, 0, 0)
    chunks = [stream[at : at + chunk_size] for at in range(0, len(stream), chunk_size)]
    return SIGNATURE + write_chunk(b"IHDR", header) + b"".join(write_chunk(b"IDAT", chunk) for chunk in chunks)


def make_rows(random: np.random.Generator, size: int, kind: str) -> bytes:
    """Bytes of one kind, with a zero filter byte at every row's begin."""
    if kind == "noise":
        data = random.integers(0, 256, size)
    elif kind == "skewed":
        data = np.minimum(random.geometric(0.02, size) - 1, 255)
    elif kind == "runs":
        data = np.repeat(random.integers(0, 4, size), random.integers(1, 600, size))[:size]
    else:  # matches at every distance up to 40, and far ones
        out = bytearray(random.integers(0, 256, 64).astype(np.uint8).tobytes())
        while len(out) < size:
            distance = (
                int(random.integers(1, 41))
                if random.random() < 0.7
                else int(random.integers(1, min(len(out), 32768) + 1))
            )
            for _ in range(int(random.integers(3, 259))):
                out.append(out[-distance])
        data = np.frombuffer(bytes(out[:size]), np.uint8)
    rows = np.asarray(data).astype(np.uint8)
    rows[:: min(size, 4096)] = 0
    return rows.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["noise", "skewed", "runs", "matches"])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE])
@pytest.mark.parametrize("chunk_size", [1, 13, 1 << 20])
def test_streams_of_every_kind(module: Module, scalar: Module, kind: str, strategy: int, chunk_size: int) -> None:
    random = np.random.default_rng(len(kind) * 10 + strategy)
    for level, bits in [(0, 15), (1, 9), (6, 15), (9, 12)]:
        raw = make_rows(random, 4096 * 40, kind)
        packer = zlib.compressobj(level, zlib.DEFLATED, bits, int(random.integers(1, 10)), strategy)
        stream = (
            packer.compress(raw[:50000])
            + packer.flush(zlib.Z_FULL_FLUSH)
            + packer.compress(raw[50000:])
            + packer.flush()
        )
        expected = np.frombuffer(raw, np.uint8).reshape(40, 4096)[:, 1:]
        for decoder in (module, scalar):
            pixels = decoder.decode(wrap(stream, len(raw), chunk_size)).pixels
            np.testing.assert_array_equal(pixels[..., 0], expected)


class BitWriter:
    """Writes DEFLATE's bits, lowest first."""

    def __init__(self) -> None:
        self.bits = ""

    def number(self, value: int, count: int) -> "BitWriter":
        self.bits += format(value, f"0{count}b")[::-1] if count else ""
        return self

    def to_stream(self, raw: bytes = b"") -> bytes:
        bits = self.bits + "0" * (-len(self.bits) % 8)
        body = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
        return b"\x78\x01" + body + struct.pack(">I", zlib.adler32(raw))


def write_lengths(writer: BitWriter, lengths: list[int], literals: int, distances: int) -> BitWriter:
    """A dynamic block's header whose code lengths are written one by one, by codes of four and five bits."""
    order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    code_bits = dict.fromkeys(range(13), 4) | dict.fromkeys(range(13, 19), 5)
    writer.number(literals - 257, 5).number(distances - 1, 5).number(15, 4)
    for symbol in order:
        writer.number(code_bits[symbol], 3)
    for length in lengths:
        code, bits = (length, 4) if length < 13 else (26 + length - 13, 5)
        writer.number(int(format(code, f"0{bits}b")[::-1], 2), bits)
    return writer


def both_refuse(module: Module, stream: bytes) -> str:
    """What the module finds in a stream that zlib refuses as well."""
    with pytest.raises(zlib.error):
        zlib.decompress(stream)
    verdict = module.decode(wrap(stream, 100))
    assert verdict.code in ("corrupt", "truncated")
    return verdict.received


def test_impossible_streams_are_refused_as_zlib_refuses_them(module: Module) -> None:
    assert "kind" in both_refuse(module, BitWriter().number(1, 1).number(3, 2).to_stream())
    assert "complement" in both_refuse(
        module, BitWriter().number(1, 1).number(0, 2).number(0, 5).number(7, 16).number(7, 16).to_stream()
    )
    # Fixed codes: length symbol 286, distance symbol 30, a match before any data.
    assert "no table" in both_refuse(
        module, BitWriter().number(1, 1).number(1, 2).number(0b01100011, 8).number(0, 40).to_stream()
    )
    match = BitWriter().number(1, 1).number(1, 2).number(0b1000000, 7)
    assert "before the data" in both_refuse(module, match.number(0, 5).number(0, 40).to_stream())
    literal = BitWriter().number(1, 1).number(1, 2).number(0b00001100, 8).number(0b1000000, 7)
    assert "no table" in both_refuse(module, literal.number(0b01111, 5).number(0, 40).to_stream())


@pytest.mark.parametrize(
    ("lengths", "literals", "distances"),
    [
        ([1, 1, 1] + [0] * 253 + [1] + [1], 257, 1),  # too many codes of one bit
        ([0] * 256 + [0] + [1], 257, 1),  # no code for the end
        ([2] + [0] * 255 + [2] + [1], 257, 1),  # an incomplete code
        ([1] + [0] * 255 + [1] + [2, 2], 257, 2),  # incomplete distances
    ],
)
def test_impossible_codes_are_refused_as_zlib_refuses_them(
    module: Module, lengths: list[int], literals: int, distances: int
) -> None:
    writer = write_lengths(BitWriter().number(1, 1).number(2, 2), lengths, literals, distances)
    assert "code" in both_refuse(module, writer.number(0, 64).to_stream())


def test_codes_that_zlib_accepts_are_accepted(module: Module) -> None:
    # One literal of one bit, no distance code: 100 zeros and the end.
    writer = write_lengths(BitWriter().number(1, 1).number(2, 2), [1] + [0] * 255 + [1] + [0], 257, 1)
    stream = writer.number(0, 100).number(1, 1).to_stream(bytes(100))
    assert zlib.decompress(stream) == bytes(100)
    assert module.decode(wrap(stream, 100)).pixels.shape == (1, 99, 3)


@pytest.mark.parametrize("header", [b"\x78\x02", b"\x79\x00", b"\x88\x1c", b"\x78\x20", b"\x18\x19"])
def test_zlib_headers(module: Module, header: bytes) -> None:
    raw = bytes(100)
    stream = header + zlib.compress(raw)[2:]
    is_good = (
        (header[0] & 15) == 8 and header[0] >> 4 <= 7 and int.from_bytes(header, "big") % 31 == 0 and not header[1] & 32
    )
    assert (module.decode(wrap(stream, 100)).code == "ok") == is_good


def test_every_changed_byte_is_refused_or_changes_nothing(module: Module) -> None:
    raw = make_rows(np.random.default_rng(5), 600, "skewed")
    stream = zlib.compress(raw, 9)
    good = module.decode(wrap(stream, 600)).pixels
    for at in range(len(stream)):
        for bit in range(8):
            changed = bytearray(stream)
            changed[at] ^= 1 << bit
            pixels = module.decode(wrap(bytes(changed), 600)).pixels
            assert pixels is None or np.array_equal(pixels, good)
