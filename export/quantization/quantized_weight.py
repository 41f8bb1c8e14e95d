"""Quantized weights, and the float32 values that every runtime restores from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# The largest code; codes are symmetric around 0, so that none needs a zero point.
QMAX: Final = 127


@dataclass(frozen=True, kw_only=True)
class Int8Weight:
    """A weight as `codes * scale`.

    Codes are exact in float32, so the product is rounded once and is the same in every runtime, whether it computes in
    float32 or, as TF.js does, in doubles.

    Attributes:
        codes: int8 from -127 to 127, in the weight's own shape, output channels last.
        scale: float32, positive; of shape (), or one per channel, in a shape that broadcasts to the codes.
    """

    codes: NDArray[np.int8]
    scale: Float32

    @property
    def values(self) -> Float32:
        """The restored weight, float32."""
        return self.codes.astype(np.float32) * self.scale


@dataclass(frozen=True, kw_only=True)
class Float16Weight:
    """A weight in float16, whose values float32 holds exactly.

    Attributes:
        codes: float16, in the weight's own shape, output channels last.
    """

    codes: NDArray[np.float16]

    @property
    def values(self) -> Float32:
        """The restored weight, float32."""
        return self.codes.astype(np.float32)


QuantizedWeight = Int8Weight | Float16Weight


def round_to_float16(weights: Float32) -> Float16Weight | None:
    """Round a weight to float16; None where a value is beyond its range (65504)."""
    with np.errstate(over="ignore"):
        codes = weights.astype(np.float16)
    return Float16Weight(codes=codes) if np.isfinite(codes).all() else None


def extend_rank(scale: Float32, rank: int) -> Float32:
    """Prepend axes of length 1 to a scale, so that it can be transposed like its weight."""
    return scale.reshape((1,) * (rank - scale.ndim) + scale.shape)
