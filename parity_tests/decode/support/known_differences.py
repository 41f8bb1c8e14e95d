"""Accepted files whose pixels another decoder gives otherwise, by its name, with the reason.

A difference that stands in no row fails a test, and so does a row that no longer differs.
"""

from __future__ import annotations

from typing import Final

_KEYS: Final = (
    "Pillow compares the transparent colour with samples of 8 bits; libpng, as the contract, at the depth of the file"
)
_ORDER: Final = "Pillow takes a tRNS chunk wherever it stands; libpng ignores one that is out of place"
_GRAY_KEYS: Final = "OpenCV ignores the transparent colour of gray images"
_INKS: Final = "another formula from CMYK to RGB, without rounding"
_EXIF: Final = "Chromium takes the orientation only of the type SHORT and the count 1"
_PNG_EXIF: Final = "Chromium turns a PNG by its EXIF data, which the contract ignores"
_PALETTE: Final = "an index beyond the palette is black in libpng; Chromium reads what lies behind its table"
_HINT: Final = "the lossless header says that there is no alpha, and libwebp heeds it; Chromium takes the alpha"
_UNCOVERED: Final = "what the first frame leaves uncovered, and what has no palette, is transparent there, and so white"
_OFFSETS: Final = "the frame is put elsewhere, or has the colours of another palette"
_FIVE_BITS: Final = "samples of 5 and 6 bits are scaled to 8 with another rounding"
_RUNS: Final = "what run-length data skip, and where they end a line, is read otherwise"
_NO_OFFSET: Final = "an offset of 0 to the pixels, which Pillow takes as behind the palette, is taken otherwise"


def _name_random(extension: str, numbers: str) -> list[str]:
    return [f"random-{number}.{extension}" for number in numbers.split()]


_ROWS: Final[dict[str, list[tuple[str, list[str]]]]] = {
    "pillow": [
        (_KEYS, ["png-gray-4-key.png", "png-gray-16-key.png", "png-rgb-16-key.png", "png-key-high-bits.png"]),
        (_KEYS, _name_random("png", "8 11 14")),
        (_ORDER, ["png-plte-after-trns.png", "png-trns-after-idat.png"]),
    ],
    "opencv": [
        (_GRAY_KEYS, [*(f"png-gray-{depth}-key.png" for depth in (1, 2, 4, 8, 16)), "png-key-high-bits.png"]),
        (_GRAY_KEYS, _name_random("png", "11 14")),
        (_INKS, ["cmyk.jpg", "forgiven-cmyk.jpg", "forgiven-cmyk-ycck.jpg"]),
        (_INKS, _name_random("jpg", "7 8 10 11 16 18")),
        (_OFFSETS, _name_random("gif", "0 7")),
        (_FIVE_BITS, _name_random("bmp", "0")),
        (_RUNS, _name_random("bmp", "8 18 19")),
        (_NO_OFFSET, _name_random("bmp", "9 14")),
    ],
    "chromium": [
        (_EXIF, ["jpeg-exif-long.jpg", "jpeg-exif-two.jpg", "exif-orientation-as-long.jpg"]),
        (_PNG_EXIF, ["png-exif.png"]),
        (_PALETTE, ["png-palette-beyond.png", *_name_random("png", "1 6 19")]),
        (_KEYS.replace("Pillow", "Chromium"), ["png-key-high-bits.png"]),
        (_INKS, _name_random("jpg", "7 8 10 11 16 18")),
        (_HINT, _name_random("webp", "5 9 13 14 17")),
        (_UNCOVERED, _name_random("gif", "0 2 3 4 5 7 9 10 11 13 14 15 17 18 19")),
        (_FIVE_BITS, _name_random("bmp", "0 6")),
        (_RUNS, _name_random("bmp", "8 18 19")),
        (_NO_OFFSET, _name_random("bmp", "9 14")),
    ],
}
KNOWN_DIFFERENCES: Final = {
    decoder: {name: reason for reason, names in rows for name in names} for decoder, rows in _ROWS.items()
}
