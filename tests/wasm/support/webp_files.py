"""WebP files: random VP8 frames, chunks and canvases, and pictures that Pillow encodes."""

import io
import struct

import numpy as np
from PIL import Image
from webp_lossless_files import make_random_vp8l


def write_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk, padded to an even size."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def write_webp(*chunks: bytes) -> bytes:
    """A file of these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def write_extended_header(flags: int, width: int, height: int) -> bytes:
    """VP8X: flags and the canvas."""
    sides = [(side - 1).to_bytes(3, "little") for side in (width, height)]
    return write_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + b"".join(sides))


def write_frame(x: int, y: int, width: int, height: int, *chunks: bytes, flags: int = 0) -> bytes:
    """ANMF: an animation's frame at even offsets."""
    numbers = [x // 2, y // 2, width - 1, height - 1, 50]
    return write_chunk(
        b"ANMF", b"".join(number.to_bytes(3, "little") for number in numbers) + bytes([flags]) + b"".join(chunks)
    )


def split_webp(data: bytes) -> dict[bytes, bytes]:
    """Bodies of a file's chunks by name; of several of one name, the first."""
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunks.setdefault(data[at : at + 4], data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return chunks


def make_random_vp8(random: np.random.Generator, largest: int = 70) -> bytes:
    """A VP8 key frame of random bytes, which are always one: random segments, filters, partitions, modes and tokens.

    Symbols are as frequent as their probabilities say, for the bytes are as random as those of a perfect encoder.
    """
    width, height = (int(side) for side in random.integers(1, largest + 1, 2))
    blocks = -(-width // 16) * -(-height // 16)
    modes = random.bytes(400 + 40 * blocks)
    tag = len(modes) << 5 | 1 << 4 | int(random.integers(4)) << 1
    # Sizes of as many partitions as there can be: where there are fewer, the rest are tokens.
    sizes = struct.pack("<I", 900 * blocks // 2 + 50)[:3] * 7
    tokens = random.bytes(7200 * blocks + 400)
    return tag.to_bytes(3, "little") + b"\x9d\x01\x2a" + struct.pack("<HH", width, height) + modes + sizes + tokens


def make_picture(random: np.random.Generator, largest: int, channels: int) -> Image.Image:
    """A picture of noise, few colours, smooth waves or large blocks; alpha of any kind."""
    height, width = (int(side) for side in random.integers(1, largest + 1, 2))
    kind = int(random.integers(4))
    if kind == 0:
        pixels = random.integers(0, 256, (height, width, channels), np.uint8)
    elif kind == 1:
        palette = random.integers(0, 256, (int(random.integers(1, 40)), channels), np.uint8)
        pixels = palette[random.integers(0, len(palette), (height, width))]
    else:
        coarse = random.integers(0, 256, (int(random.integers(1, 9)), int(random.integers(1, 9)), channels), np.uint8)
        resampling = Image.Resampling.BICUBIC if kind == 2 else Image.Resampling.NEAREST
        pixels = np.asarray(Image.fromarray(coarse).resize((width, height), resampling)).copy()
    if channels == 4 and random.random() < 0.5:
        pixels[..., 3] = random.choice([0, 255, 128]) if random.random() < 0.5 else (np.arange(width) * 5 % 256)[None]
    return Image.fromarray(pixels)


def encode_with_pillow(random: np.random.Generator, largest: int = 70) -> bytes:
    """A still picture or an animation, lossy or lossless, with or without alpha, of any quality and method."""
    channels = int(random.choice([3, 4]))
    picture = make_picture(random, largest, channels)
    out = io.BytesIO()
    options = {
        "quality": int(random.integers(0, 101)),
        "method": int(random.integers(0, 7)),
        "lossless": random.random() < 0.4,
        "exact": bool(random.integers(2)),
        "alpha_quality": int(random.choice([0, 40, 100])),
    }
    if random.random() < 0.2:
        more = [Image.fromarray(np.roll(np.asarray(picture), 1, 0)), picture.rotate(180)]
        background = tuple(random.integers(0, 256, 4).tolist())
        options |= {"save_all": True, "append_images": more, "duration": 50, "background": background}
        options |= {"allow_mixed": bool(random.integers(2)), "minimize_size": bool(random.integers(2))}
    picture.save(out, "WEBP", **options)
    return out.getvalue()


def make_random_webp(random: np.random.Generator, largest: int = 70) -> bytes:
    """A WebP of Pillow's, of random VP8 bytes, or of random VP8L tokens."""
    kind = random.random()
    if kind < 0.4:
        return encode_with_pillow(random, largest)
    if kind < 0.7:
        return write_webp(write_chunk(b"VP8 ", make_random_vp8(random, largest)))
    return write_webp(write_chunk(b"VP8L", make_random_vp8l(random, largest)))
