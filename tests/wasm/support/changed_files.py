"""Files of every format with a few random changes, mostly in their headers."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from bmp_files import make_random_bmp
from gif_files import make_random_gif
from jpeg_files import ANY_FACTORS, make_random_jpeg
from png_files import make_random_png
from webp_files import make_random_webp

LARGEST: Final = 40  # pixels a side: most time goes to unusual structure, not to pixels


def _make_jpeg(source: np.random.Generator) -> bytes:
    rng = random.Random(int(source.integers(2**31)))
    return make_random_jpeg(rng, ANY_FACTORS, progressive=rng.random() < 0.5, largest=LARGEST)


SEEDS: Final[dict[str, Callable[[np.random.Generator], bytes]]] = {
    "png": lambda random: make_random_png(random, LARGEST)[0],
    "gif": lambda random: make_random_gif(random, LARGEST),
    "bmp": lambda random: make_random_bmp(random, LARGEST),
    "jpeg": _make_jpeg,
    "webp": lambda random: make_random_webp(random, LARGEST),
}


def _change_once(data: bytearray, random: np.random.Generator) -> None:
    """One change: bits, bytes, numbers at their limits, or pieces left out, repeated, moved or cut off."""
    at = int(random.integers(len(data)))
    # Headers are short: half of all changes are there.
    if random.random() < 0.5:
        at = min(at, int(random.integers(1, 120)))
    end = min(len(data), at + int(random.geometric(0.1)))
    kind = int(random.integers(8))
    if kind == 0:
        data[at] ^= 1 << int(random.integers(8))
    elif kind == 1:
        data[at] = int(random.integers(256))
    elif kind == 2:
        data[at] = int(random.choice([0, 1, 127, 128, 254, 255]))
    elif kind == 3:
        data[at : at + 4] = struct.pack(
            str(random.choice(["<I", ">I"])), int(random.choice([0, 1, 255, 65535, 2**31 - 1, 2**32 - 1]))
        )
    elif kind == 4:
        del data[at:end]
    elif kind == 5:
        data[at:at] = data[at:end]
    elif kind == 6:
        to = int(random.integers(len(data)))
        data[to : to + end - at] = data[at:end]
    elif random.random() < 0.3:
        del data[at:]


def repair_png(data: bytes) -> bytes:
    """State right checksums of chunks, so that changes reach what lies behind them."""
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        end = at + 8 + int.from_bytes(out[at : at + 4], "big")
        if end + 4 > len(out):
            break
        out[end : end + 4] = struct.pack(">I", zlib.crc32(out[at + 4 : end]))
        at = end + 4
    return bytes(out)


def change_file(data: bytes, random: np.random.Generator) -> bytes:
    """A file with a few random changes."""
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 5))):
        if changed:
            _change_once(changed, random)
    is_png = data[:4] == b"\x89PNG"
    return repair_png(bytes(changed)) if is_png and random.random() < 0.8 else bytes(changed)


def make_changed_files(format_name: str, count: int, seed: int) -> Iterator[bytes]:
    """`count` changed files of a format, the same for the same seed."""
    for index in range(count):
        random = np.random.default_rng([seed, index])
        yield change_file(SEEDS[format_name](random), random)
