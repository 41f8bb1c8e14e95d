"""Detection of image formats by the first bytes of a file (magic numbers)."""

from __future__ import annotations

from typing import Final

from webparity.storage.regular_file import START_BYTES

# As many bytes as the rules below look at.
HEAD_BYTES: Final = START_BYTES
# What the decode contract reads, with the suffixes of such files, the usual one first.
# `judge_start` of the decoder accepts whatever is detected as one of these.
DECODED_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WebP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
}
DECODED_FORMATS_TEXT: Final = "JPEG, PNG, WebP, GIF or BMP"

# By Unix `file`'s database and the formats' own specifications; two rules of one format stand in two rows.
_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\x8aMNG\r\n\x1a\n", "MNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "TIFF"),
    (0, b"MM\x00+", "TIFF"),
    (0, b"II\xbc", "JPEG XR"),
    (0, b"IIRO", "raw camera"),
    (0, b"IIU\x00", "raw camera"),
    (0, b"FUJIFILMCCD-RAW", "raw camera"),
    (0, b"FOVb", "raw camera"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"8BPS", "PSD"),
    (0, b"gimp xcf", "XCF"),
    (0, b"qoif", "QOI"),
    (0, b"icns", "ICNS"),
    (0, b"DDS ", "DDS"),
    (0, b"v/1\x01", "OpenEXR"),
    (0, b"#?RADIANCE", "Radiance HDR"),
    (0, b"#?RGBE", "Radiance HDR"),
    (0, b"SIMPLE  =", "FITS"),
    (0, b"BPG\xfb", "BPG"),
    (0, b"FLIF", "FLIF"),
    (128, b"DICM", "DICOM"),
)
# The brands of ISO base media files name their format: AVIF and HEIC are such files, and so are videos.
_BRANDS: Final = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "HEIC"),
    **dict.fromkeys((b"mif1", b"mif2", b"msf1", b"miaf"), "HEIF"),
    b"crx ": "raw camera",
}
# Sizes of the header that follows a bitmap's own 14 bytes: "BM" alone begins many a text.
_BITMAP_HEADERS: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_RIFF: Final = b"RIFF"
_PNM_KINDS: Final = frozenset({b"1", b"2", b"3", b"4", b"5", b"6", b"7"})


def detect_image_format(head: bytes) -> str | None:
    """Name the image format that a file's first bytes are of.

    Args:
        head: its first `HEAD_BYTES` bytes, or all of a shorter one.

    Returns:
        Such as `JPEG`, `PNG`, `WebP` or `HEIC`; None for what is no image that is known here.
    """
    for offset, signature, name in _SIGNATURES:
        if head.startswith(signature, offset) and (name != "WebP" or head.startswith(_RIFF)):
            return name
    return _detect_by_brand(head) if head[4:8] == b"ftyp" else _detect_by_header(head) or _detect_svg(head)


def _detect_by_header(head: bytes) -> str | None:
    """Detect formats with a short signature by it and the header fields after it."""
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "BMP"
    if head[:4] in {b"\x00\x00\x01\x00", b"\x00\x00\x02\x00"} and head[4:6] != b"\x00\x00" and head[9:10] == b"\x00":
        return "ICO"
    is_pnm = head[:1] == b"P" and head[1:2] in _PNM_KINDS and head[2:3] in {b"\n", b"\r", b" ", b"\t"}
    return "PNM" if is_pnm else None


def _detect_svg(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    in_xml = text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text
    return "SVG" if in_xml or text.startswith(b"<svg") else None


def _detect_by_brand(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)
