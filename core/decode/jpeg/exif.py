"""Reading of the EXIF orientation from a JPEG's APP1 segment.

Not Pillow's getexif: it also reads XMP, which browsers do not.
"""

from __future__ import annotations

from typing import Final, Literal

EXIF_MARK: Final = b"Exif\x00\x00"
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ENTRY: Final = 12


def read_orientation(segment: bytes) -> int:
    r"""Read the orientation from an APP1 segment's payload.

    Args:
        segment: the payload, beginning with `Exif\0\0`.

    Returns:
        1 to 8; 1 wherever the structure is malformed or the tag is absent, not one SHORT or out of range.
    """
    tiff = segment[len(EXIF_MARK) :]
    order: Literal["little", "big"]
    if tiff[:4] == b"II*\x00":
        order = "little"
    elif tiff[:4] == b"MM\x00*":
        order = "big"
    else:
        return 1

    def read_number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)

    directory = read_number(4, 4)
    if len(tiff) < 8 or directory < 8 or directory + 2 > len(tiff):
        return 1
    for at in range(directory + 2, directory + 2 + _ENTRY * read_number(directory, 2), _ENTRY):
        if at + _ENTRY > len(tiff):
            return 1
        if read_number(at, 2) == _ORIENTATION:
            value = read_number(at + 8, 2)
            plain = read_number(at + 2, 2) == _SHORT and read_number(at + 4, 4) == 1
            return value if plain and 1 <= value <= 8 else 1
    return 1
