"""The table of where Pillow's running sum of places falls below the whole number that it should be.

`ImagingScaleAffine` adds in / out to in / out / 2, once for each output pixel, in float64. Only where a place is a
whole number do its errors matter: where in / out in lowest terms is p / q with an even p and an odd q, at every q-th
output pixel. What happens there depends on q and on p without its factors of two alone, since these are exact.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Of images, in pixels.
_MAX_SIDE: Final = 16384
# Of a word that float32 holds.
WORD: Final = 24


class FallTable(NamedTuple):
    """The table of an output length.

    Bit `starts[i] + (p' - 1) / 2 * (out / q) + j` is of the j-th whole place, where q is `divisors[i]` and p' is p
    without its factors of two.

    Attributes:
        divisors: the values of q, rising: odd divisors of the output length from 3.
        starts: the first bit of each.
        words: the bits, 24 in each, the lowest first.
    """

    divisors: NDArray[np.float64]
    starts: NDArray[np.float64]
    words: NDArray[np.float64]


@lru_cache(maxsize=16)
def make_fall_table(out: int) -> FallTable | None:
    """Make the table of `out` output pixels; None where no place of them falls, whatever the image."""
    divisors = [q for q in range(3, out + 1, 2) if out % q == 0]
    bits: list[NDArray[np.bool_]] = []
    for q in divisors:
        each = out // q
        odd = np.arange(1.0, _MAX_SIDE / 2 / each + 1, 2)
        steps = np.repeat((2 * odd / q).reshape(-1, 1), out, 1)
        steps[:, 0] /= 2
        whole = np.outer(odd, 2 * np.arange(each) + 1.0)
        bits.append((np.add.accumulate(steps, 1)[:, (q - 1) // 2 :: q] < whole).reshape(-1))
    if not any(each.any() for each in bits):
        return None
    starts = np.cumsum([0, *map(len, bits)])[:-1]
    flat = np.concatenate(bits)
    words = np.pad(flat, (0, -len(flat) % WORD)).reshape(-1, WORD) @ 2.0 ** np.arange(WORD)
    return FallTable(np.array(divisors, dtype=float), starts.astype(float), words)
