"""The corpus of the decode contract: every kind of file that it speaks of, made anew each time, the same bytes.

Run as a script it writes the files into a folder: `python corpus.py FOLDER`.
"""

from __future__ import annotations

import random
import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from make_jpeg import exif, insert, join, jpeg, planar, segment, split, with_ids, with_sampling, without
from make_png import chunk, header, png, scanlines
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = ((1, 1), (7, 5), (17, 3), (33, 64))


def scene(width: int, height: int) -> NDArray[np.uint8]:
    """Waves, a ramp, a hard-edged box and noise, uint8 [H, W, 3]."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / 9), 127 + 110 * np.cos((x + y) / 13), x * 255 / max(width - 1, 1)]
    pixels = np.stack(waves, -1) + np.random.default_rng(7).normal(0, 8, (height, width, 3))
    pixels[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 30)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpegs() -> dict[str, bytes]:
    """JPEG files that the contract accepts."""
    square, odd = scene(64, 64), scene(61, 47)
    files = {f"size-{w}x{h}": jpeg(scene(w, h), quality=85) for w, h in SIZES}
    files |= {f"gray-{w}x{h}": jpeg(scene(w, h)[..., 1], quality=85) for w, h in SIZES}
    files |= {name: jpeg(odd, quality=90, subsampling=i) for i, name in enumerate(("444", "422", "420"))}
    files |= {f"quality-{q}": jpeg(odd, quality=q) for q in (1, 30, 100)}
    files |= {
        "progressive": jpeg(odd, quality=85, progressive=True),
        "progressive-444": jpeg(odd, quality=95, subsampling=0, progressive=True),
        "progressive-gray": jpeg(odd[..., 0], quality=80, progressive=True),
        "optimised": jpeg(odd, quality=85, optimize=True),
        "restart-rows": jpeg(odd, quality=85, restart_marker_rows=1),
        "restart-blocks": jpeg(odd, quality=85, restart_marker_blocks=2),
        "restart-progressive": jpeg(odd, quality=85, progressive=True, restart_marker_blocks=3),
        "rgb-adobe": jpeg(odd, quality=85, keep_rgb=True),
        "rgb-ids": with_ids(without(jpeg(odd, quality=85, subsampling=0), 0xE0), b"RGB"),
        "no-jfif": without(jpeg(odd, quality=85), 0xE0),
        "411": with_sampling(jpeg(square, quality=85, subsampling=2), 0x41),
        "141": with_sampling(jpeg(square, quality=85, subsampling=2), 0x14),
        "gray-sampled": with_sampling(jpeg(square[..., 0], quality=85), 0x22),
        "planar": planar(odd, (0x11, 0x11, 0x11)),
        "planar-420": planar(odd, (0x22, 0x11, 0x11)),
        "planar-mixed": planar(odd, (0x22, 0x12, 0x11)),
        "planar-wide-chroma": planar(odd, (0x11, 0x21, 0x11)),
        "icc-srgb": jpeg(odd, quality=85, icc_profile=_profile()),
        "xmp": insert(jpeg(odd), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x tiff:Orientation='6'/>")),
        "trailing": jpeg(odd) + b"\x00appended by a phone\xff\xd8",
        "fill-bytes": insert(jpeg(odd), b"\xff\xff\xff" + segment(0xFE, b"comment")),
        "mpo": _mpo(odd),
        "noise": jpeg(np.random.default_rng(3).integers(0, 2, (40, 48, 3), np.uint8) * 255, quality=50, subsampling=0),
    }
    plain = jpeg(scene(37, 22), quality=85)
    files |= {f"exif-{i}-{'le' if o == '<' else 'be'}": insert(plain, exif(i, o)) for i in range(1, 9) for o in "<>"}
    files |= {
        "exif-progressive": insert(jpeg(odd, progressive=True), exif(6)),
        "exif-twice": insert(plain, exif(3), exif(6)),
        "exif-9": insert(plain, exif(9)),
        "exif-long": insert(plain, exif(6, kind=4)),
        "exif-two": insert(plain, exif(6, count=2)),
        "exif-offset": insert(plain, exif(6, offset=4000)),
        "exif-cut": insert(plain, segment(0xE1, exif(6)[4:-14])),
        "exif-order": insert(plain, segment(0xE1, b"Exif\x00\x00XX*\x00\x08\x00\x00\x00")),
    }
    return {f"jpeg-{name}.jpg": data for name, data in files.items()}


def _mpo(pixels: NDArray[np.uint8]) -> bytes:
    out = BytesIO()
    first, second = Image.fromarray(pixels), Image.fromarray(255 - pixels)
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def _samples(depth: int, channels: int, width: int = 29, height: int = 21) -> NDArray[Any]:
    rng = np.random.default_rng(depth * 10 + channels)
    ramp = np.linspace(0, (1 << depth) - 1, width * height * channels).reshape(height, width, channels)
    return np.clip(ramp + rng.normal(0, (1 << depth) / 8, ramp.shape), 0, (1 << depth) - 1).astype(np.uint16)


def pngs() -> dict[str, bytes]:
    """PNG files that the contract accepts."""
    colours = chunk(b"PLTE", np.random.default_rng(1).integers(0, 256, 48, np.uint8).tobytes())
    alphas = chunk(b"tRNS", bytes([0, 1, 127, 128, 254, 255, 64]))
    kinds = {"gray": (0, 1), "rgb": (2, 3), "gray-alpha": (4, 2), "rgb-alpha": (6, 4)}
    files: dict[str, bytes] = {}
    for name, (kind, channels) in kinds.items():
        for depth in (1, 2, 4, 8, 16) if kind == 0 else (8, 16):
            for interlaced in (False, True):
                data = png(_samples(depth, channels), depth, kind, interlaced=interlaced)
                files[f"{name}-{depth}{'-adam7' if interlaced else ''}"] = data
        samples = _samples(16, channels) if kind in (0, 2) else None
        if samples is not None:
            for depth in (1, 2, 4, 8, 16) if kind == 0 else (8, 16):
                shifted = samples >> (16 - depth)
                key = chunk(b"tRNS", struct.pack(f">{channels}H", *shifted[5, 7]))
                # Equal in its high byte only: it must stay.
                shifted[6, 7] = shifted[5, 7] ^ 1
                files[f"{name}-{depth}-key"] = png(shifted, depth, kind, before=[key])
    for depth in (1, 2, 4, 8):
        indices = _samples(min(depth, 4), 1)
        entries = colours if depth >= 4 else chunk(b"PLTE", colours[8 : 8 + 3 * (1 << depth)])
        some = alphas if depth >= 4 else chunk(b"tRNS", b"\x80")
        files[f"palette-{depth}"] = png(indices, depth, 3, before=[entries])
        files[f"palette-{depth}-alpha"] = png(indices, depth, 3, before=[entries, some], interlaced=depth == 2)
    rgb = _samples(8, 3)
    files |= {f"size-{w}x{h}": png(_samples(8, 3, w, h), 8, 2) for w, h in SIZES}
    files |= {f"size-{w}x{h}-adam7": png(_samples(1, 1, w, h), 1, 0, interlaced=True) for w, h in SIZES}
    extras = {
        "gama": [chunk(b"gAMA", struct.pack(">I", 100000))],
        "cicp": [chunk(b"cICP", bytes([12, 13, 0, 1]))],
        "iccp": [chunk(b"iCCP", b"p\x00\x00" + zlib.compress(_profile()))],
        "iccp-broken": [chunk(b"iCCP", b"p\x00\x00nonsense")],
        "exif": [chunk(b"eXIf", exif(6)[10:])],
        "background": [chunk(b"bKGD", struct.pack(">3H", 255, 0, 0))],
        "suggested-palette": [chunk(b"PLTE", bytes(range(30)))],
        "apng": [
            chunk(b"acTL", struct.pack(">II", 2, 0)),
            chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 29, 21, 0, 0, 1, 10, 0, 0)),
        ],
        "text-bomb": [chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(1 << 22)))],
        "wide-gamut": [chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))],
    }
    files |= {name: png(rgb, 8, 2, before=chunks) for name, chunks in extras.items()}
    files |= {
        "palette-beyond": png(_samples(8, 1), 8, 3, before=[colours]),
        "many-idat": png(rgb, 8, 2, pieces=40),
        "trailing": png(rgb, 8, 2) + b"more",
        "key-high-bits": png(_samples(2, 1), 2, 0, before=[chunk(b"tRNS", b"\xff\xfe")]),
    }
    return {f"png-{name}.png": data for name, data in files.items()}


def _stretched(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _flawed_pngs() -> dict[str, bytes]:
    rgb = _samples(8, 3)
    good, raw = png(rgb, 8, 2), scanlines(rgb, 8)

    def of(data: bytes, *before: bytes) -> bytes:
        return header(29, 21, 8, 2) + b"".join(before) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

    packed = zlib.compress(raw)
    return {
        "too-large-wide.png": header(20000, 10, 8, 2) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""),
        "too-large-area.png": header(16000, 16000, 1, 0) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""),
        "truncated-no-end.png": good[:-12],
        "corrupt-crc.png": good[:-14] + bytes([good[-14] ^ 1]) + good[-13:],
        "corrupt-text-crc.png": png(rgb, 8, 2, before=[chunk(b"tEXt", b"k\x00v")[:-1] + b"!"]),
        "corrupt-adler.png": of(packed[:-1] + bytes([packed[-1] ^ 1])),
        "corrupt-short-stream.png": of(packed[:-6]),
        "corrupt-short-data.png": of(zlib.compress(raw[:-1])),
        "corrupt-long-data.png": of(zlib.compress(raw + b"\x00")),
        "corrupt-after-stream.png": of(packed + b"junk"),
        "corrupt-filter.png": of(zlib.compress(b"\x05" + raw[1:])),
        "corrupt-bomb.png": of(zlib.compress(bytes(1 << 24))),
        "corrupt-header.png": header(29, 21, 3, 2) + good[33:],
        "corrupt-no-palette.png": png(_samples(8, 1), 8, 3),
        "corrupt-late-palette.png": good[:-12] + chunk(b"PLTE", bytes(9)) + good[-12:],
        "corrupt-two-headers.png": good[:33] + good[8:],
        "unsupported-chunk.png": of(packed, chunk(b"ABCD", b"")),
    }


def _flawed_jpegs() -> dict[str, bytes]:
    good = jpeg(scene(61, 47), quality=85)
    progressive = split(jpeg(scene(61, 47), quality=85, progressive=True))
    scans = [i for i, (marker, _) in enumerate(progressive) if marker == 0xDA]
    cmyk = jpeg(scene(24, 16), "CMYK", quality=85)
    adobe = cmyk.index(b"Adobe")
    frame = good.index(b"\xff\xc0")
    return {
        "cmyk.jpg": cmyk,
        "cmyk-ycck.jpg": cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :],
        "too-large-wide.jpg": _stretched(good, 20000, 10),
        "too-large-area.jpg": _stretched(good, 10000, 10000),
        "corrupt-taller.jpg": _stretched(good, 61, 200),
        "corrupt-shorter.jpg": _stretched(good, 61, 16),
        "corrupt-then-end.jpg": good[: len(good) // 2].rstrip(b"\xff") + b"\xff\xd9",
        "corrupt-no-tables.jpg": without(good, 0xC4),
        "corrupt-no-divisors.jpg": without(good, 0xDB),
        "corrupt-stray.jpg": insert(good, segment(0xFE, b"") + b"\x00\x00"),
        "truncated-no-end.jpg": good[:-2],
        "truncated-scans.jpg": join([s for i, s in enumerate(progressive) if i not in scans[-2:]]),
        "unsupported-12-bit.jpg": good[: frame + 4] + b"\x0c" + good[frame + 5 :],
        "unsupported-arithmetic.jpg": good[: frame + 1] + b"\xc9" + good[frame + 2 :],
        "unsupported-lossless.jpg": good[: frame + 1] + b"\xc3" + good[frame + 2 :],
        "unsupported-no-height.jpg": _stretched(good, 61, 0),
        "unsupported-440.jpg": with_sampling(jpeg(scene(64, 64), quality=85, subsampling=1), 0x12),
        "unsupported-sampling.jpg": with_sampling(good, 0x32, 0x21),
    }


def _foreign() -> dict[str, bytes]:
    files = {
        "empty.jpg": b"",
        "format-text.png": b"not an image\n",
        "format-head.png": b"\x89PN",
        "format-d8.jpg": b"\xff\xd8",
    }
    for extension, kind in (("gif", "GIF"), ("webp", "WEBP"), ("bmp", "BMP"), ("tif", "TIFF")):
        out = BytesIO()
        Image.fromarray(scene(16, 16)).save(out, kind)
        files[f"format.{extension}"] = out.getvalue()
    return files


def refused() -> dict[str, bytes]:
    """Files that the contract refuses; each name begins with its refusal code."""
    accepted = {
        "jpg": jpeg(scene(61, 47), quality=85),
        "progressive.jpg": jpeg(scene(61, 47), quality=85, progressive=True),
        "png": png(_samples(8, 3), 8, 2, pieces=3),
    }
    cuts = {
        f"truncated-{percent}-{name}" if "." in name else f"truncated-{percent}.{name}": data[
            : len(data) * percent // 100
        ]
        for name, data in accepted.items()
        for percent in (5, 20, 50, 80, 99)
    }
    return {**_foreign(), **_flawed_jpegs(), **_flawed_pngs(), **cuts}


def fuzzed(count: int, seed: int = 20260101) -> dict[str, bytes]:
    """Accepted files with flipped, changed, dropped, repeated or missing bytes at seeded random places."""
    picker = random.Random(seed)
    sources = [data for name, data in {**jpegs(), **pngs()}.items() if "size" not in name and "bomb" not in name]
    # JPEG has no checksums: that is where decoders could part.
    jpeg_sources = [data for data in sources if data[0] == 0xFF]
    files = {}
    for i in range(count):
        data = bytearray(picker.choice(sources if i % 4 == 0 else jpeg_sources))
        for _ in range(picker.choice((1, 1, 1, 3))):
            at = picker.randrange(2, len(data))
            match picker.randrange(6):
                case 0 | 1:
                    data[at] ^= 1 << picker.randrange(8)
                case 2 | 3:
                    data[at] = picker.randrange(256)
                case 4:
                    del data[at : at + picker.randrange(1, 5)]
                case 5:
                    data[at:at] = data[at : at + picker.randrange(1, 5)]
        if i % 8 == 7:
            del data[picker.randrange(2, len(data)) :]
        files[f"fuzz-{i:04d}.{'jpg' if data[0] == 0xFF else 'png'}"] = bytes(data)
    return files


def write(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder and return their paths in the same order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


if __name__ == "__main__":
    write({**jpegs(), **pngs(), **refused()}, Path(sys.argv[1]))
