"""PNG: every type against the samples it was written from, the rules for odd files, and bounds of work and memory."""

import itertools
import struct
import zlib

import numpy as np
import pytest
from agreement import assert_pixels
from pillow_witness import decode_with_pillow
from png_files import (
    CHANNELS,
    GRAY,
    INDEXED,
    RGB,
    RGBA,
    SIGNATURE,
    TYPES,
    expect_pixels,
    filter_rows,
    make_random_png,
    write_chunk,
    write_png,
)
from wasm_host import Module, Native

IEND = write_chunk(b"IEND", b"")
SEEDS = [range(240), pytest.param(range(240, 8000), marks=pytest.mark.full)]


def write_header(width: int, height: int, depth: int = 8, kind: int = RGB, interlace: int = 0) -> bytes:
    return SIGNATURE + write_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace))


def split_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and bodies of a PNG's chunks."""
    chunks, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


@pytest.fixture
def small() -> tuple[bytes, np.ndarray]:
    """An RGB image of 5 x 4 pixels: its rows as a zlib stream, and its pixels."""
    random = np.random.default_rng(3)
    samples = random.integers(0, 256, (4, 5, 3)).astype(np.uint16)
    return zlib.compress(filter_rows(samples, 8, random)), samples.astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "depth"), TYPES)
@pytest.mark.parametrize("interlaced", [False, True])
def test_every_type_gives_its_samples(module: Module, scalar: Module, kind: int, depth: int, interlaced: bool) -> None:
    random = np.random.default_rng([kind, depth, interlaced])
    for height, width in [(1, 1), (2, 3), (9, 8), (5, 17), (70, 33), (33, 70), (8, 65), (1, 49)]:
        samples = random.integers(0, 2**depth, (height, width, CHANNELS[kind])).astype(np.uint16)
        palette = random.integers(0, 256, (2**depth, 3)).astype(np.uint8) if kind == INDEXED else None
        data = write_png(samples, depth, kind, random, interlaced=interlaced, palette=palette)
        expected = expect_pixels(samples, depth, kind, palette)
        for decoder in (module, scalar):
            np.testing.assert_array_equal(decoder.decode(data).pixels, expected)
        np.testing.assert_array_equal(decode_with_pillow(data), expected)


def compares_key_as_pillow(data: bytes) -> bool:
    """Whether Pillow, which compares a transparent colour with 8 bits, does so at the depth of the file."""
    depth, kind = data[24], data[25]
    return depth == 8 or kind not in (GRAY, RGB) or b"tRNS" not in data


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "all"])
def test_random_files_give_their_samples(module: Module, scalar: Module, native: Native, seeds: range) -> None:
    for seed in seeds:
        data, expected = make_random_png(np.random.default_rng(seed))
        assert_pixels(expected, data, module, scalar, native)
        if compares_key_as_pillow(data):
            np.testing.assert_array_equal(decode_with_pillow(data), expected)


@pytest.mark.parametrize("kinds", [[kind] for kind in range(5)])
@pytest.mark.parametrize(("kind", "depth"), [(GRAY, 8), (GRAY, 16), (RGB, 8), (RGBA, 8), (RGB, 16), (RGBA, 16)])
def test_each_filter_alone(module: Module, kinds: list[int], kind: int, depth: int) -> None:
    random = np.random.default_rng([kind, depth, *kinds])
    samples = random.integers(0, 2**depth, (6, 39, CHANNELS[kind])).astype(np.uint16)
    body = zlib.compress(filter_rows(samples, depth, random, kinds))
    data = write_header(39, 6, depth, kind) + write_chunk(b"IDAT", body) + IEND
    np.testing.assert_array_equal(module.decode(data).pixels, expect_pixels(samples, depth, kind))


@pytest.mark.slow
def test_alpha_over_white_is_the_formula_for_every_pair(module: Module, scalar: Module) -> None:
    colour, alpha = np.meshgrid(np.arange(256), np.arange(256))
    samples = np.stack([colour, 255 - colour, colour ^ 85, alpha], 2).astype(np.uint16)
    data = write_png(samples, 8, RGBA, np.random.default_rng(0))
    expected = expect_pixels(samples, 8, RGBA)
    np.testing.assert_array_equal(module.decode(data).pixels, expected)
    np.testing.assert_array_equal(scalar.decode(data).pixels, expected)


def test_index_beyond_the_palette_is_black(module: Module) -> None:
    samples = np.array([[[0], [1], [2], [3]]], np.uint16)
    palette = np.array([[9, 8, 7], [255, 0, 1]], np.uint8)
    data = write_png(samples, 2, INDEXED, np.random.default_rng(0), palette=palette)
    assert module.decode(data).pixels.tolist() == [[[9, 8, 7], [255, 0, 1], [0, 0, 0], [0, 0, 0]]]


def test_what_libpng_ignores_is_ignored(module: Module, small: tuple[bytes, np.ndarray]) -> None:
    body, pixels = small
    header, idat = write_header(5, 4), write_chunk(b"IDAT", body)
    key = write_chunk(b"tRNS", pixels[0, 0].astype(">u2").tobytes())
    wrong = key[:-1] + bytes([key[-1] ^ 1])
    for data in (
        header + idat,  # no end chunk
        header + idat + IEND + b"more",
        header + idat + IEND[:-1] + b"?",
        header + idat + key + IEND,
        header + wrong + idat + IEND,
        header + write_chunk(b"tRNS", b"\x00\x01") + idat + IEND,
        header + write_chunk(b"tEXt", b"a\x00b")[:-1] + b"?" + idat + IEND,
        header + write_chunk(b"PLTE", b"abc") + idat + IEND,
        header + write_chunk(b"eXIf", b"MM\x00*" + bytes(20)) + idat + IEND,
        header + write_chunk(b"gAMA", b"\x00\x00\x00\x01") + idat + IEND,
        header + write_chunk(b"IDAT", b"") + idat + write_chunk(b"IDAT", b"") + IEND,
        header + write_chunk(b"IDAT", body + b"junk") + IEND,
        header + idat + write_chunk(b"IDAT", b"junk") + IEND,
        header + idat + write_chunk(b"abcd", b"") + write_chunk(b"IDAT", b"junk") + IEND,
        header + idat + b"\x00\x00",
    ):
        np.testing.assert_array_equal(module.decode(data).pixels, pixels)


def test_transparency_before_the_palette_is_ignored(module: Module) -> None:
    random = np.random.default_rng(0)
    samples = random.integers(0, 4, (3, 3, 1)).astype(np.uint16)
    palette = random.integers(0, 256, (4, 3)).astype(np.uint8)
    chunks = dict(split_chunks(write_png(samples, 2, INDEXED, random, palette=palette, transparency=b"\x00\x80")))
    order = [b"IHDR", b"tRNS", b"PLTE", b"IDAT", b"IEND"]
    data = SIGNATURE + b"".join(write_chunk(name, chunks[name]) for name in order)
    np.testing.assert_array_equal(module.decode(data).pixels, palette[samples[..., 0]])


def test_missing_or_doubtful_data_are_refused(module: Module, small: tuple[bytes, np.ndarray]) -> None:
    body, _ = small
    header, idat = write_header(5, 4), write_chunk(b"IDAT", body)
    half = len(body) // 2
    split = [write_chunk(b"IDAT", body[:half]), write_chunk(b"IDAT", body[half:])]
    for data, code in (
        (header, "truncated"),
        (header + IEND, "corrupt"),
        (header + idat[:-1], "truncated"),
        (header + idat[:-1] + b"?" + IEND, "corrupt"),
        (header + write_chunk(b"IDAT", body[:-1] + b"?") + IEND, "corrupt"),
        (header + write_chunk(b"IDAT", body[:-4]) + IEND, "truncated"),
        (header + write_chunk(b"IDAT", body[:half]) + IEND, "truncated"),
        (header + split[0] + write_chunk(b"tEXt", b"a") + split[1] + IEND, "truncated"),
        (header + idat + write_chunk(b"IDAT", b"junk")[:-1] + b"?" + IEND, "corrupt"),
        (header + write_chunk(b"IDAT", zlib.compress(bytes(63))) + IEND, "truncated"),
        (header + write_chunk(b"IDAT", zlib.compress(bytes([5]) + bytes(63))) + IEND, "corrupt"),
        (header + write_chunk(b"abCd", b"") + idat + IEND, "ok"),
        (header + write_chunk(b"ABCD", b"") + idat + IEND, "unsupported"),
        (SIGNATURE + write_chunk(b"CgBI", b"\x50\x00\x20\x02") + header[8:] + idat + IEND, "unsupported"),
        (header[:-1] + b"?" + idat + IEND, "corrupt"),
        (header + header[8:] + idat + IEND, "corrupt"),
        (write_header(5, 4, 8, INDEXED) + idat + IEND, "corrupt"),
        (write_header(5, 4, 4, RGB) + idat + IEND, "corrupt"),
        (write_header(5, 4, 8, 5) + idat + IEND, "corrupt"),
        (write_header(5, 4, interlace=2) + idat + IEND, "corrupt"),
        (write_header(0, 4) + idat + IEND, "corrupt"),
        (write_header(16385, 4) + idat + IEND, "too-large"),
        (write_header(4, 16385) + idat + IEND, "too-large"),
        (write_header(16384, 16384) + idat + IEND, "too-much-work"),
        (write_header(8000, 8000) + idat + IEND, "truncated"),
    ):
        assert module.decode(data).code == code, data


def test_every_cut_is_refused_until_the_data_are_whole(module: Module, small: tuple[bytes, np.ndarray]) -> None:
    body, pixels = small
    data = write_header(5, 4) + write_chunk(b"IDAT", body)
    for size in range(8, len(data)):
        assert module.decode(data[:size]).code == "truncated"
    np.testing.assert_array_equal(module.decode(data).pixels, pixels)


def test_a_bomb_is_refused_at_once(fueled: Module) -> None:
    body = zlib.compress(bytes(60_000_000), 9)
    assert fueled.decode(write_header(5, 4) + write_chunk(b"IDAT", body) + IEND).code == "too-much-work"


@pytest.mark.slow
def test_memory_stays_at_four_bytes_a_pixel_beside_the_file(module: Module) -> None:
    width, height = 2000, 1500
    for kind, depth, interlaced in itertools.product((RGB, RGBA, GRAY), (8, 16), (0, 1)):
        module.restart()
        rows = bytes(width * height * CHANNELS[kind] * depth // 8 + 20_000)  # with filter bytes, and a few too many
        data = write_header(width, height, depth, kind, interlaced) + write_chunk(b"IDAT", zlib.compress(rows))
        assert module.decode(data).code == "ok"
        assert module.get_memory_size() <= 4 * width * height + len(data)
