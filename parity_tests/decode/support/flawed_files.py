"""Files that break rules: those that the contract refuses, and those that it accepts all the same."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from drawn_samples import draw_scene, make_samples
from make_jpeg import encode_jpeg, insert, join, make_segment, remove_segments, set_sampling, split
from make_png import encode_png, encode_scanlines, make_chunk, make_header
from PIL import Image


def _stretch(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _write_rgb(data: bytes, *before: bytes) -> bytes:
    """A PNG of 29 x 21 pixels around compressed data."""
    return make_header(29, 21, 8, 2) + b"".join(before) + make_chunk(b"IDAT", data) + make_chunk(b"IEND", b"")


def _make_flawed_pngs() -> dict[str, bytes]:
    rgb = make_samples(8, 3)
    good, raw = encode_png(rgb, 8, 2), encode_scanlines(rgb, 8)
    packed = zlib.compress(raw)
    rest = make_chunk(b"IDAT", zlib.compress(b"")) + make_chunk(b"IEND", b"")
    return {
        "too-large-wide.png": make_header(16385, 10, 8, 2) + rest,
        "too-large-area.png": make_header(20000, 20000, 1, 0) + rest,
        "too-much-work-area.png": make_header(16000, 16000, 1, 0) + rest,
        "too-much-work-bomb.png": _write_rgb(zlib.compress(bytes(1 << 24))),
        "truncated-wide.png": make_header(16384, 10, 8, 2) + rest,
        "truncated-short-stream.png": _write_rgb(packed[:-6]),
        "truncated-short-data.png": _write_rgb(zlib.compress(raw[:-1])),
        "corrupt-crc.png": good[:-14] + bytes([good[-14] ^ 1]) + good[-13:],
        "corrupt-adler.png": _write_rgb(packed[:-1] + bytes([packed[-1] ^ 1])),
        "corrupt-filter.png": _write_rgb(zlib.compress(b"\x05" + raw[1:])),
        "corrupt-header.png": make_header(29, 21, 3, 2) + good[33:],
        "corrupt-no-palette.png": encode_png(make_samples(8, 1), 8, 3),
        "corrupt-two-headers.png": good[:33] + good[8:],
        "unsupported-chunk.png": _write_rgb(packed, make_chunk(b"ABCD", b"")),
    }


def _make_forgiven_pngs() -> dict[str, bytes]:
    rgb = make_samples(8, 3)
    good, raw = encode_png(rgb, 8, 2), encode_scanlines(rgb, 8)
    return {
        "no-end.png": good[:-12],
        "text-crc.png": encode_png(rgb, 8, 2, before=[make_chunk(b"tEXt", b"k\x00v")[:-1] + b"!"]),
        "long-data.png": _write_rgb(zlib.compress(raw + b"\x00")),
        "after-stream.png": _write_rgb(zlib.compress(raw) + b"junk"),
        "late-palette.png": good[:-12] + make_chunk(b"PLTE", bytes(9)) + good[-12:],
    }


def _make_flawed_jpegs() -> dict[str, bytes]:
    good = encode_jpeg(draw_scene(61, 47), quality=85)
    smooth = encode_jpeg(draw_scene(61, 47), quality=85, progressive=True)
    progressive = split(smooth)
    scans = [i for i, (marker, _) in enumerate(progressive) if marker == 0xDA]
    frame = good.index(b"\xff\xc0")
    return {
        "too-large-area.jpg": _stretch(good, 60000, 60000),
        "too-much-work-area.jpg": _stretch(good, 10000, 10000),
        "corrupt-no-lines.jpg": _stretch(good, 61, 0),
        "corrupt-no-tables.jpg": remove_segments(smooth, 0xC4),
        "corrupt-no-divisors.jpg": remove_segments(good, 0xDB),
        "truncated-wide.jpg": _stretch(good, 16384, 10),
        "truncated-taller.jpg": _stretch(good, 61, 200),
        "truncated-then-end.jpg": good[: len(good) // 2].rstrip(b"\xff") + b"\xff\xd9",
        "truncated-no-end.jpg": good[:-2],
        "truncated-scans.jpg": join([s for i, s in enumerate(progressive) if i not in scans[-2:]]),
        "unsupported-12-bit.jpg": good[: frame + 4] + b"\x0c" + good[frame + 5 :],
        "unsupported-arithmetic.jpg": good[: frame + 1] + b"\xc9" + good[frame + 2 :],
        "unsupported-lossless.jpg": good[: frame + 1] + b"\xc3" + good[frame + 2 :],
        "unsupported-sampling.jpg": set_sampling(good, 0x32, 0x21),
    }


def _make_forgiven_jpegs() -> dict[str, bytes]:
    good = encode_jpeg(draw_scene(61, 47), quality=85)
    cmyk = encode_jpeg(draw_scene(24, 16), "CMYK", quality=85)
    adobe = cmyk.index(b"Adobe")
    return {
        "cmyk.jpg": cmyk,
        "cmyk-ycck.jpg": cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :],
        "shorter.jpg": _stretch(good, 61, 16),
        "no-tables.jpg": remove_segments(good, 0xC4),
        "stray.jpg": insert(good, make_segment(0xFE, b"") + b"\x00\x00"),
        "440.jpg": set_sampling(encode_jpeg(draw_scene(64, 64), quality=85, subsampling=1), 0x12),
    }


def make_forgiven() -> dict[str, bytes]:
    """Make files that are rare or break a rule, and that the contract accepts all the same."""
    files = {**_make_forgiven_jpegs(), **_make_forgiven_pngs()}
    return {f"forgiven-{name}": data for name, data in files.items()}


def _make_foreign() -> dict[str, bytes]:
    files = {
        "empty.jpg": b"",
        "format-text.png": b"not an image\n",
        "format-head.png": b"\x89PN",
        "format-d8.jpg": b"\xff\xd8",
    }
    for extension, kind in (("ppm", "PPM"), ("tif", "TIFF")):
        out = BytesIO()
        Image.fromarray(draw_scene(16, 16)).save(out, kind)
        files[f"format.{extension}"] = out.getvalue()
    return files


def make_refused() -> dict[str, bytes]:
    """Make files that the contract refuses; each name begins with its refusal code."""
    accepted = {
        "jpg": encode_jpeg(draw_scene(61, 47), quality=85),
        "progressive.jpg": encode_jpeg(draw_scene(61, 47), quality=85, progressive=True),
        "png": encode_png(make_samples(8, 3), 8, 2, pieces=3)[:-12],
    }
    cuts = {
        f"truncated-{percent}-{name}" if "." in name else f"truncated-{percent}.{name}": data[
            : len(data) * percent // 100
        ]
        for name, data in accepted.items()
        for percent in (5, 20, 50, 80, 99)
    }
    return {**_make_foreign(), **_make_flawed_jpegs(), **_make_flawed_pngs(), **cuts}
