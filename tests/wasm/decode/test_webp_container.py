"""WebP's chunks: what is ignored, what is refused, and where an animation's frame stands; each as Pillow has it."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pillow_witness import decode_with_pillow
from wasm_host import Module
from webp_files import split_webp, write_chunk, write_extended_header, write_frame, write_webp

WIDTH, HEIGHT = 9, 6
ALPHA, ANIMATION, EXIF = 0x10, 0x02, 0x08
ANIM = write_chunk(b"ANIM", b"\x01\x02\x03\x04\x00\x00")


def encode(channels: int, **options: object) -> dict[bytes, bytes]:
    pixels = np.random.default_rng(channels).integers(0, 256, (HEIGHT, WIDTH, channels), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", **options)
    return split_webp(out.getvalue())


LOSSY = write_chunk(b"VP8 ", encode(3, quality=60)[b"VP8 "])
LOSSLESS = write_chunk(b"VP8L", encode(3, lossless=True)[b"VP8L"])
TRANSPARENT = encode(4, quality=60)
PLANE, COLOURS = (write_chunk(name, TRANSPARENT[name]) for name in (b"ALPH", b"VP8 "))
CANVAS = write_extended_header(0, WIDTH, HEIGHT)
GOOD = {
    "lossy": write_webp(LOSSY),
    "lossless": write_webp(LOSSLESS),
    "alpha": write_webp(write_extended_header(ALPHA, WIDTH, HEIGHT), PLANE, COLOURS),
    "extended": write_webp(CANVAS, LOSSY),
    "trailing bytes": write_webp(LOSSY) + b"more",
    "unknown chunk": write_webp(CANVAS, write_chunk(b"ABCD", b"12345"), LOSSY),
    "chunk behind": write_webp(LOSSY, write_chunk(b"ABCD", b"1")),
    "profile": write_webp(write_extended_header(0x20, WIDTH, HEIGHT), write_chunk(b"ICCP", b"none"), LOSSLESS),
    "orientation": write_webp(
        write_extended_header(EXIF, WIDTH, HEIGHT),
        LOSSY,
        write_chunk(b"EXIF", b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"),
    ),
    "animation": write_webp(
        write_extended_header(ANIMATION, WIDTH, HEIGHT), ANIM, write_frame(0, 0, WIDTH, HEIGHT, LOSSY)
    ),
    "offset frame": write_webp(
        write_extended_header(ANIMATION | ALPHA, 20, 16), ANIM, write_frame(4, 2, WIDTH, HEIGHT, PLANE, COLOURS)
    ),
    "opaque canvas": write_webp(
        write_extended_header(ANIMATION, 20, 16), ANIM, write_frame(4, 2, WIDTH, HEIGHT, LOSSLESS)
    ),
    "two frames": write_webp(
        write_extended_header(ANIMATION, WIDTH, HEIGHT),
        ANIM,
        write_frame(0, 0, WIDTH, HEIGHT, LOSSY),
        write_frame(0, 0, WIDTH, HEIGHT, LOSSLESS),
    ),
}
BAD = {
    "no image": (write_webp(CANVAS), "truncated"),
    "half": (write_webp(LOSSY)[:60], "truncated"),
    "other canvas": (write_webp(write_extended_header(0, WIDTH, HEIGHT + 1), LOSSY), "corrupt"),
    "frame beyond the canvas": (
        write_webp(write_extended_header(ANIMATION, WIDTH, HEIGHT), ANIM, write_frame(2, 0, WIDTH, HEIGHT, LOSSY)),
        "corrupt",
    ),
    "no frame": (write_webp(write_extended_header(ANIMATION, WIDTH, HEIGHT), ANIM), "truncated"),
    "interframe": (write_webp(write_chunk(b"VP8 ", bytes([LOSSY[8] | 1]) + LOSSY[9:])), "corrupt"),
    "profile 4": (write_webp(write_chunk(b"VP8 ", bytes([LOSSY[8] & 0xF1 | 4 << 1]) + LOSSY[9:])), "unsupported"),
    "other version": (write_webp(write_chunk(b"VP8L", LOSSLESS[8:12] + b"\xff" + LOSSLESS[13:])), "corrupt"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_give_pillows_pixels(module: Module, name: str) -> None:
    expected = decode_with_pillow(GOOD[name])
    assert expected is not None
    np.testing.assert_array_equal(module.decode(GOOD[name]).pixels, expected)


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_as_pillow_refuses_them(module: Module, name: str) -> None:
    data, code = BAD[name]
    assert decode_with_pillow(data) is None
    assert module.decode(data).code == code, module.decode(data)


@pytest.mark.parametrize("name", ["lossy", "lossless", "alpha", "animation"])
def test_every_cut_is_refused_or_changes_nothing(module: Module, name: str) -> None:
    whole: NDArray[np.uint8] | None = module.decode(GOOD[name]).pixels
    for size in range(12, len(GOOD[name])):
        verdict = module.decode(GOOD[name][:size])
        assert verdict.pixels is None or np.array_equal(verdict.pixels, whole), size
        assert verdict.code in ("ok", "truncated", "corrupt"), size
