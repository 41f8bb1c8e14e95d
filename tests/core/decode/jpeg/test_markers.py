from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from webparity.decode.jpeg.markers import read_jpeg
from webparity.decode.refusal import DecodeRefusal

GRADIENT = np.add.outer(np.arange(40), np.arange(56)).astype(np.uint8)


def encode_jpeg(mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.fromarray(GRADIENT).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()


def insert_segment(data: bytes, marker: int, body: bytes) -> bytes:
    return data[:2] + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body + data[2:]


def test_headers_of_a_baseline_file() -> None:
    jpeg = read_jpeg(encode_jpeg(subsampling=2, restart_marker_rows=1))
    assert (jpeg.width, jpeg.height, jpeg.progressive, jpeg.orientation) == (56, 40, False, 1)
    assert [(c.h, c.v) for c in jpeg.components] == [(2, 2), (1, 1), (1, 1)]
    assert [(s.interval, len(s.parts)) for s in jpeg.scans] == [(4, 3)]
    assert all(len(jpeg.quantisation[i]) == 64 for i in range(3))


def test_headers_of_a_progressive_file() -> None:
    jpeg = read_jpeg(encode_jpeg(progressive=True))
    assert jpeg.progressive
    assert jpeg.scans[0].spectral == (0, 0)
    assert len(jpeg.scans) > 3


def test_the_plain_stream_is_the_same_whatever_metadata_the_file_carries() -> None:
    bare = encode_jpeg()
    tagged = insert_segment(insert_segment(bare, 0xE2, b"ICC_PROFILE\x00" + bytes(500)), 0xFE, b"comment")
    assert read_jpeg(tagged).plain == read_jpeg(bare).plain
    assert b"ICC" not in read_jpeg(tagged).plain


def test_the_plain_stream_has_the_pixels_of_the_file() -> None:
    data = encode_jpeg(quality=95)
    plain = read_jpeg(data).plain
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(plain))), np.asarray(Image.open(BytesIO(data))))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"\xff\xc0", b"\xff\xc9", "unsupported"),  # arithmetic coding
        (b"\xff\xc0", b"\xff\xc3", "unsupported"),  # lossless
        (b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c", "unsupported"),  # 12 bits
        (b"\xff\xc0\x00\x11\x08\x00\x28", b"\xff\xc0\x00\x11\x08\x00\x00", "unsupported"),  # lines counted later
        (b"\xff\xc0\x00\x11\x08\x00\x28", b"\xff\xc0\x00\x11\x08\x50\x00", "too-large"),
        (b"\xff\xc0", b"\xff\xd0", "corrupt"),  # a restart marker outside of a scan
        (b"\xff\xda", b"\xff\xd9", "corrupt"),  # an end without image data
        (b"\x01\x22\x00", b"\x01\x12\x00", "unsupported"),  # fractional sampling
        (b"\x01\x22\x00", b"\x01\x52\x00", "corrupt"),
    ],
)
def test_what_is_refused(old: bytes, new: bytes, code: str) -> None:
    data = encode_jpeg(subsampling=2)
    assert data.count(old) == 1
    with pytest.raises(DecodeRefusal) as caught:
        read_jpeg(data.replace(old, new))
    assert caught.value.code == code
