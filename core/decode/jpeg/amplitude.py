"""The amplitude rule: refusal of JPEG blocks whose samples are so far from mid-gray that decoders disagree.

Samples of an 8-bit image lie within 128 levels of mid-gray, quantisation noise put aside. A bit flipped in the image
data can shift a brightness by thousands, unnoticed by every decoder; there, table-driven decoders wrap around and
vector ones saturate. Beyond 500 levels the data are corrupt. All of it is integer arithmetic, the same in TypeScript.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from webparity.decode.refusal import DecodeRefusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT: Final = 500
MAX_COEFFICIENT: Final = 8 * 512
# Each basis function is at most 1/8 (DC) or 1/4, so a block under this weighted sum of magnitudes is within LIMIT.
SAFE_SUM: Final = 8 * LIMIT
_SCALE_BITS: Final = 12
# cos(n pi / 16) / 2 * 4096, and 4096 / sqrt(8) for the constant row.
_HALF_COSINES: Final = (2048, 2009, 1892, 1703, 1448, 1138, 784, 400)
ZIGZAG: Final = (
    *(0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21),
    *(28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61),
    *(54, 47, 55, 62, 63),
)


def _get_half_cosine(n: int) -> int:
    n %= 32
    n = min(n, 32 - n)
    return _HALF_COSINES[n] if n < 8 else (-_HALF_COSINES[16 - n] if n > 8 else 0)


# [frequency, position]: the inverse DCT of one axis, in 4096ths.
_BASIS: Final = np.array(
    [[_get_half_cosine((2 * x + 1) * u) if u else 1448 for x in range(8)] for u in range(8)], np.int64
)


def require_block_amplitudes(coefficients: NDArray[np.int64]) -> None:
    """Refuse blocks whose samples would lie further than LIMIT from mid-gray.

    Args:
        coefficients: dequantised, in zigzag order, int64 [n, 64].

    Raises:
        DecodeRefusal: `corrupt`.
    """
    magnitudes = np.abs(coefficients)
    if magnitudes.max(initial=0) > MAX_COEFFICIENT:
        raise refuse_amplitude()
    doubtful = coefficients[2 * magnitudes.sum(1) - magnitudes[:, 0] > SAFE_SUM]
    square = np.zeros((len(doubtful), 64), np.int64)
    square[:, ZIGZAG] = doubtful
    samples = _BASIS.T @ square.reshape(-1, 8, 8) @ _BASIS
    if np.abs(samples).max(initial=0) > LIMIT << (2 * _SCALE_BITS):
        raise refuse_amplitude()


def refuse_amplitude() -> DecodeRefusal:
    """Make the refusal of image data that no encoder writes."""
    return DecodeRefusal("corrupt", "a JPEG whose image data go beyond any 8-bit image")
