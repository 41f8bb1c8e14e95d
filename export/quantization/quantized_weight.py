"""What a weight becomes when it is stored in fewer bits, and the float32 values that every runtime makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# Codes lie within this of 0, so that 255 of 256 are in use and none needs an offset of its own.
REACH: Final = 127


@dataclass(frozen=True, kw_only=True)
class Quantised:
    """A weight as `codes * scale`.

    Codes are exact in float32, so the product is rounded once and comes out alike in every runtime, whether it computes
    in float32 or, as TF.js does, in doubles.

    Attributes:
        codes: int8 from -127 to 127, in the weight's own shape, output channels last.
        scale: float32, positive; of shape (), or what broadcasts to the codes, one a channel.
    """

    codes: NDArray[np.int8]
    scale: Float32

    @property
    def values(self) -> Float32:
        """What the runtime computes with, float32."""
        return self.codes.astype(np.float32) * self.scale


@dataclass(frozen=True, kw_only=True)
class Halved:
    """A weight in float16, each value of which float32 holds exactly."""

    halves: NDArray[np.float16]

    @property
    def values(self) -> Float32:
        """What the runtime computes with, float32."""
        return self.halves.astype(np.float32)


Reduced = Quantised | Halved


def halve(weights: Float32) -> Halved | None:
    """A weight in float16, or None where a value is beyond its range (65504)."""
    with np.errstate(over="ignore"):
        halves = weights.astype(np.float16)
    return Halved(halves=halves) if np.isfinite(halves).all() else None


def with_rank(scale: Float32, rank: int) -> Float32:
    """A scale with leading axes of length 1, so that it can be moved as its weight is."""
    return scale.reshape((1,) * (rank - scale.ndim) + scale.shape)
