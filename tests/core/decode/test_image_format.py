"""Detection of image formats, on files that Pillow writes and on the first bytes of the specifications."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webparity.decode.contract import decode, judge_start
from webparity.decode.image_format import DECODED_FORMATS, HEAD_BYTES, detect_image_format
from webparity.errors import DecodeError

# What Pillow calls a format, and what we do.
WRITTEN = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "GIF": "GIF",
    "WEBP": "WebP",
    "BMP": "BMP",
    "TIFF": "TIFF",
    "AVIF": "AVIF",
    "ICO": "ICO",
    "JPEG2000": "JPEG 2000",
    "PPM": "PNM",
    "DDS": "DDS",
    "ICNS": "ICNS",
    "MPO": "JPEG",
}


# The first bytes that decide, and what else a listing asks for.
HEADS = {
    "JPEG": b"\xff\xd8",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "GIF": b"GIF87a",
    "BMP": b"BM" + bytes(12) + b"\x28\x00\x00\x00",
}


@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_files_by_pillow_are_detected(written: str) -> None:
    stream = BytesIO()
    Image.new("RGB", (64, 64), "red").save(stream, written)
    assert detect_image_format(stream.getvalue()[:HEAD_BYTES]) == WRITTEN[written]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "HEIF"),
        (b"\x00\x00\x00\x18ftypxxxx\x00\x00\x00\x00heixmif1", "HEIC"),
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"8BPS\x00\x01", "PSD"),
        (b"\x00" * 128 + b"DICM", "DICOM"),
        (b"qoif\x00\x00", "QOI"),
        (b"\xef\xbb\xbf<svg xmlns=", "SVG"),
        (b'<?xml version="1.0"?>\n<svg>', "SVG"),
    ],
)
def test_formats_that_pillow_does_not_write_are_detected(head: bytes, name: str) -> None:
    assert detect_image_format(head) == name


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"B",
        b"BMW is no bitmap, nor is this line of text.",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"P.S. a letter",
        b"P6P6",
        b"\x00\x00\x01\x00\x00\x00",
        b"<?xml version='1.0'?><html>",
        b"{}",
        b"\x00" * 512,
    ],
)
def test_other_files_are_no_images(head: bytes) -> None:
    assert detect_image_format(head) is None


@given(st.binary(max_size=HEAD_BYTES))
def test_no_bytes_end_in_an_error(head: bytes) -> None:
    assert detect_image_format(head) is None or detect_image_format(head)


def test_the_decoder_accepts_the_start_of_every_format_that_is_listed_as_decoded() -> None:
    assert set(HEADS) == set(DECODED_FORMATS)
    for name, head in HEADS.items():
        assert detect_image_format(head) == name
        judge_start(head)


@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_what_the_decoder_accepts_is_listed_as_decoded(written: str) -> None:
    stream = BytesIO()
    Image.new("RGB", (64, 64), "red").save(stream, written)
    if WRITTEN[written] in DECODED_FORMATS:
        assert decode(stream.getvalue()).shape == (64, 64, 3)
        return
    with pytest.raises(DecodeError) as caught:
        decode(stream.getvalue())
    assert caught.value.code == "format"


@given(st.binary(max_size=HEAD_BYTES))
def test_no_start_is_listed_as_decoded_and_refused_by_its_format(head: bytes) -> None:
    if detect_image_format(head) in DECODED_FORMATS:
        judge_start(head)
