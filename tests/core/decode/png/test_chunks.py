from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from webparity.decode.png.chunks import SIGNATURE, read_png, write_chunk
from webparity.decode.png.image_data import compute_pass_sizes
from webparity.decode.refusal import DecodeRefusal

HEADER = write_chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0))
RAW = b"\x00abc\x00def"
DATA = write_chunk(b"IDAT", zlib.compress(RAW))
END = write_chunk(b"IEND", b"")


def read_code(*chunks: bytes) -> str:
    with pytest.raises(DecodeRefusal) as caught:
        read_png(SIGNATURE + b"".join(chunks))
    return caught.value.code


def test_the_plain_file_holds_nothing_but_pixels() -> None:
    bare = SIGNATURE + HEADER + DATA + END
    tagged = (
        SIGNATURE + HEADER + write_chunk(b"gAMA", struct.pack(">I", 1)) + DATA + write_chunk(b"tEXt", b"a\x00b") + END
    )
    assert read_png(tagged).plain == read_png(bare).plain == bare


def test_split_image_data_are_joined() -> None:
    packed = zlib.compress(RAW)
    png = read_png(
        SIGNATURE + HEADER + b"".join(write_chunk(b"IDAT", packed[i : i + 1]) for i in range(len(packed))) + END
    )
    np.testing.assert_array_equal(
        np.asarray(Image.open(BytesIO(png.plain))), np.frombuffer(b"abcdef", np.uint8).reshape(2, 3)
    )


def test_a_key_is_cut_to_the_file_s_depth() -> None:
    assert read_png(SIGNATURE + HEADER + write_chunk(b"tRNS", b"\x12\x61") + DATA + END).key == (0x61,)


@pytest.mark.parametrize(
    ("chunks", "code"),
    [
        ((HEADER, DATA), "truncated"),
        ((HEADER, DATA, END[:-1]), "truncated"),
        ((HEADER, END), "corrupt"),
        ((DATA, HEADER, END), "corrupt"),
        ((HEADER, HEADER, DATA, END), "corrupt"),
        ((HEADER, DATA[:-1] + b"!", END), "corrupt"),
        ((HEADER, DATA, write_chunk(b"tEXt", b""), DATA, END), "corrupt"),
        ((HEADER, DATA, write_chunk(b"IEND", b"x")), "corrupt"),
        ((HEADER, write_chunk(b"PLTE", bytes(3)), DATA, END), "corrupt"),
        ((HEADER, write_chunk(b"tRNS", bytes(6)), DATA, END), "corrupt"),
        ((HEADER, DATA, write_chunk(b"tRNS", bytes(2)), END), "corrupt"),
        ((HEADER, write_chunk(b"tR1S", bytes(2)), DATA, END), "corrupt"),
        ((HEADER, write_chunk(b"FRAC", b""), DATA, END), "unsupported"),
        ((HEADER, write_chunk(b"IDAT", zlib.compress(RAW[:-1])), END), "corrupt"),
        ((HEADER, write_chunk(b"IDAT", zlib.compress(RAW + b"\x00")), END), "corrupt"),
        ((HEADER, write_chunk(b"IDAT", zlib.compress(RAW) + b"\x00"), END), "corrupt"),
        ((HEADER, write_chunk(b"IDAT", zlib.compress(RAW)[:-1]), END), "corrupt"),
        ((HEADER, write_chunk(b"IDAT", zlib.compress(b"\x05" + RAW[1:])), END), "corrupt"),
        ((HEADER, write_chunk(b"IDAT", b"not zlib"), END), "corrupt"),
        ((write_chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 3, 0, 0, 0, 0)), DATA, END), "corrupt"),
        ((write_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 2, 8, 0, 0, 0, 0)), DATA, END), "corrupt"),
        ((write_chunk(b"IHDR", struct.pack(">IIBBBBB", 16385, 2, 8, 0, 0, 0, 0)), DATA, END), "too-large"),
    ],
)
def test_what_is_refused(chunks: tuple[bytes, ...], code: str) -> None:
    assert read_code(*chunks) == code


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 8), (9, 1), (640, 479)])
def test_the_seven_passes_hold_every_pixel_once(size: tuple[int, int]) -> None:
    assert sum(w * h for w, h in compute_pass_sizes(*size, interlaced=True)) == size[0] * size[1]
