"""The files in `odd_files/`, and the code of each that the contract refuses.

Where all samples are there and their checksums hold, the pixels are in no doubt and the file is accepted. Where image
data are missing, or a checksum over them is wrong or absent, it is refused. Work is bounded by the size of the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

ODD_FILES: Final = Path(__file__).resolve().parents[1] / "odd_files"
# All others are accepted.
REFUSED: Final = {
    "format-avif.avif": "format",
    "format-tiff.tif": "format",
    "junk-before-soi.jpg": "format",
    "eoi-replaced-by-nothing-progressive.jpg": "truncated",
    "no-eoi-cut-1-byte.jpg": "truncated",
    "no-eoi.jpg": "truncated",
    "png-idat-split-by-text.png": "truncated",
    "png-idat-without-adler.png": "truncated",
    "progressive-last-scan-missing.jpg": "truncated",
    "truncated-half.jpg": "truncated",
    "app-length-wrong.jpg": "corrupt",
    "dri-without-rst.jpg": "corrupt",
    "png-adler-wrong.png": "corrupt",
    "soi-twice.jpg": "corrupt",
    "png-cgbi-iphone.png": "unsupported",
    "png-idat-bomb-400MB.png": "too-much-work",
}


def read_odd_files() -> dict[str, bytes]:
    """Read all odd files."""
    return {path.name: path.read_bytes() for path in sorted(ODD_FILES.iterdir()) if path.suffix != ".md"}
