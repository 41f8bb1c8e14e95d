"""The corpus of the decode contract: every kind of file in it, generated with the same bytes each time.

Those that break rules come from `flawed_files`.
"""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from drawn_samples import draw_scene, make_samples
from flawed_files import make_forgiven, make_refused
from make_jpeg import (
    encode_jpeg,
    encode_planar,
    insert,
    make_exif,
    make_segment,
    remove_segments,
    set_component_ids,
    set_sampling,
)
from make_png import encode_png, make_chunk
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["make_forgiven", "make_fuzz_files", "make_jpegs", "make_pngs", "make_refused", "write_files"]

SIZES = ((1, 1), (7, 5), (17, 3), (33, 64))


def _make_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def make_jpegs() -> dict[str, bytes]:
    """Make JPEG files that the contract accepts."""
    square, odd = draw_scene(64, 64), draw_scene(61, 47)
    files = {f"size-{w}x{h}": encode_jpeg(draw_scene(w, h), quality=85) for w, h in SIZES}
    files |= {f"gray-{w}x{h}": encode_jpeg(draw_scene(w, h)[..., 1], quality=85) for w, h in SIZES}
    files |= {name: encode_jpeg(odd, quality=90, subsampling=i) for i, name in enumerate(("444", "422", "420"))}
    files |= {f"quality-{q}": encode_jpeg(odd, quality=q) for q in (1, 30, 100)}
    files |= {
        "progressive": encode_jpeg(odd, quality=85, progressive=True),
        "progressive-444": encode_jpeg(odd, quality=95, subsampling=0, progressive=True),
        "progressive-gray": encode_jpeg(odd[..., 0], quality=80, progressive=True),
        "optimised": encode_jpeg(odd, quality=85, optimize=True),
        "restart-rows": encode_jpeg(odd, quality=85, restart_marker_rows=1),
        "restart-blocks": encode_jpeg(odd, quality=85, restart_marker_blocks=2),
        "restart-progressive": encode_jpeg(odd, quality=85, progressive=True, restart_marker_blocks=3),
        "rgb-adobe": encode_jpeg(odd, quality=85, keep_rgb=True),
        "rgb-ids": set_component_ids(remove_segments(encode_jpeg(odd, quality=85, subsampling=0), 0xE0), b"RGB"),
        "no-jfif": remove_segments(encode_jpeg(odd, quality=85), 0xE0),
        "411": set_sampling(encode_jpeg(square, quality=85, subsampling=2), 0x41),
        "141": set_sampling(encode_jpeg(square, quality=85, subsampling=2), 0x14),
        "gray-sampled": set_sampling(encode_jpeg(square[..., 0], quality=85), 0x22),
        "planar": encode_planar(odd, (0x11, 0x11, 0x11)),
        "planar-420": encode_planar(odd, (0x22, 0x11, 0x11)),
        "planar-mixed": encode_planar(odd, (0x22, 0x12, 0x11)),
        "planar-wide-chroma": encode_planar(odd, (0x11, 0x21, 0x11)),
        "icc-srgb": encode_jpeg(odd, quality=85, icc_profile=_make_profile()),
        "xmp": insert(
            encode_jpeg(odd), make_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x tiff:Orientation='6'/>")
        ),
        "trailing": encode_jpeg(odd) + b"\x00appended by a phone\xff\xd8",
        "fill-bytes": insert(encode_jpeg(odd), b"\xff\xff\xff" + make_segment(0xFE, b"comment")),
        "mpo": _make_mpo(odd),
        "noise": encode_jpeg(
            np.random.default_rng(3).integers(0, 2, (40, 48, 3), np.uint8) * 255, quality=50, subsampling=0
        ),
    }
    plain = encode_jpeg(draw_scene(37, 22), quality=85)
    files |= {
        f"exif-{i}-{'le' if o == '<' else 'be'}": insert(plain, make_exif(i, o)) for i in range(1, 9) for o in "<>"
    }
    files |= {
        "exif-progressive": insert(encode_jpeg(odd, progressive=True), make_exif(6)),
        "exif-twice": insert(plain, make_exif(3), make_exif(6)),
        "exif-9": insert(plain, make_exif(9)),
        "exif-long": insert(plain, make_exif(6, kind=4)),
        "exif-two": insert(plain, make_exif(6, count=2)),
        "exif-offset": insert(plain, make_exif(6, offset=4000)),
        "exif-cut": insert(plain, make_segment(0xE1, make_exif(6)[4:-14])),
        "exif-order": insert(plain, make_segment(0xE1, b"Exif\x00\x00XX*\x00\x08\x00\x00\x00")),
    }
    return {f"jpeg-{name}.jpg": data for name, data in files.items()}


def _make_mpo(pixels: NDArray[np.uint8]) -> bytes:
    out = BytesIO()
    first, second = Image.fromarray(pixels), Image.fromarray(255 - pixels)
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def make_pngs() -> dict[str, bytes]:
    """Make PNG files that the contract accepts."""
    colours = make_chunk(b"PLTE", np.random.default_rng(1).integers(0, 256, 48, np.uint8).tobytes())
    alphas = make_chunk(b"tRNS", bytes([0, 1, 127, 128, 254, 255, 64]))
    kinds = {"gray": (0, 1), "rgb": (2, 3), "gray-alpha": (4, 2), "rgb-alpha": (6, 4)}
    files: dict[str, bytes] = {}
    for name, (kind, channels) in kinds.items():
        for depth in (1, 2, 4, 8, 16) if kind == 0 else (8, 16):
            for interlaced in (False, True):
                data = encode_png(make_samples(depth, channels), depth, kind, interlaced=interlaced)
                files[f"{name}-{depth}{'-adam7' if interlaced else ''}"] = data
        samples = make_samples(16, channels) if kind in (0, 2) else None
        if samples is not None:
            for depth in (1, 2, 4, 8, 16) if kind == 0 else (8, 16):
                shifted = samples >> (16 - depth)
                key = make_chunk(b"tRNS", struct.pack(f">{channels}H", *shifted[5, 7]))
                # Equal in its high byte only: it must stay.
                shifted[6, 7] = shifted[5, 7] ^ 1
                files[f"{name}-{depth}-key"] = encode_png(shifted, depth, kind, before=[key])
    for depth in (1, 2, 4, 8):
        indices = make_samples(min(depth, 4), 1)
        entries = colours if depth >= 4 else make_chunk(b"PLTE", colours[8 : 8 + 3 * (1 << depth)])
        some = alphas if depth >= 4 else make_chunk(b"tRNS", b"\x80")
        files[f"palette-{depth}"] = encode_png(indices, depth, 3, before=[entries])
        files[f"palette-{depth}-alpha"] = encode_png(indices, depth, 3, before=[entries, some], interlaced=depth == 2)
    rgb = make_samples(8, 3)
    files |= {f"size-{w}x{h}": encode_png(make_samples(8, 3, w, h), 8, 2) for w, h in SIZES}
    files |= {f"size-{w}x{h}-adam7": encode_png(make_samples(1, 1, w, h), 1, 0, interlaced=True) for w, h in SIZES}
    extras = {
        "gama": [make_chunk(b"gAMA", struct.pack(">I", 100000))],
        "cicp": [make_chunk(b"cICP", bytes([12, 13, 0, 1]))],
        "iccp": [make_chunk(b"iCCP", b"p\x00\x00" + zlib.compress(_make_profile()))],
        "iccp-broken": [make_chunk(b"iCCP", b"p\x00\x00nonsense")],
        "exif": [make_chunk(b"eXIf", make_exif(6)[10:])],
        "background": [make_chunk(b"bKGD", struct.pack(">3H", 255, 0, 0))],
        "suggested-palette": [make_chunk(b"PLTE", bytes(range(30)))],
        "apng": [
            make_chunk(b"acTL", struct.pack(">II", 2, 0)),
            make_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 29, 21, 0, 0, 1, 10, 0, 0)),
        ],
        "text-bomb": [make_chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(1 << 22)))],
        "wide-gamut": [make_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))],
    }
    files |= {name: encode_png(rgb, 8, 2, before=chunks) for name, chunks in extras.items()}
    files |= {
        "palette-beyond": encode_png(make_samples(8, 1), 8, 3, before=[colours]),
        "many-idat": encode_png(rgb, 8, 2, pieces=40),
        "trailing": encode_png(rgb, 8, 2) + b"more",
        "key-high-bits": encode_png(make_samples(2, 1), 2, 0, before=[make_chunk(b"tRNS", b"\xff\xfe")]),
    }
    return {f"png-{name}.png": data for name, data in files.items()}


def make_fuzz_files(count: int, seed: int = 20260101) -> dict[str, bytes]:
    """Accepted files with flipped, changed, dropped, repeated or missing bytes at seeded random places."""
    picker = random.Random(seed)
    sources = [
        data for name, data in {**make_jpegs(), **make_pngs()}.items() if "size" not in name and "bomb" not in name
    ]
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


def write_files(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder and return their paths in the same order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]
