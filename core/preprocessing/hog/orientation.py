"""Orientation bins of HOG: sign tests against bin edges in the place of an arctangent.

`skimage.feature.hog` compares the float64 angle arctan2(dy, dx) in degrees, modulo 180, with edges rounded to float32;
an angle on an edge belongs to the bin above. A float32 angle would fall on the other side now and then, and every
runtime's arctangent differs. A gradient lies at or past the edge in direction (x, y) where `dy * x - dx * y >= 0`, and
with integers x and y of at most 2**16 both products are exact in float32 for gradients of integer pixels (at most 255).
"""

from __future__ import annotations

from fractions import Fraction
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.hog.gradients import compute_sign
from webparity.tensor_ops.ops import Ops, T

_LARGEST = 2**16


def find_edge_direction(degrees: float) -> tuple[int, int]:
    """Find the integers (x, y), of at most 2**16, in the direction nearest to an angle from 0 to below 180 degrees."""
    x, y = cos(radians(degrees)), sin(radians(degrees))
    if abs(x) >= y:
        slope = Fraction(y / abs(x)).limit_denominator(_LARGEST)
        return (slope.denominator if x > 0 else -slope.denominator), slope.numerator
    slope = Fraction(x / y).limit_denominator(_LARGEST)
    return slope.numerator, slope.denominator


def find_edge_directions(orientations: int) -> NDArray[np.int64]:
    """Find the lower edge of each bin as an integer direction, int64 [orientations, 2], x before y."""
    edges = [float(np.float32(180.0 / orientations * bin_)) for bin_ in range(orientations)]
    return np.array([find_edge_direction(edge) for edge in edges], dtype=np.int64)


def compare_with_edges(ops: Ops[T], dx: T, dy: T, orientations: int) -> T:
    """Compare gradients with the lower edge of every bin; the gradient is in the last bin with a 1.

    Args:
        ops: the adapter.
        dx: gradients along the width, real [N, 1, height, width] in grey levels.
        dy: gradients along the height, likewise.
        orientations: number of bins.

    Returns:
        Real 0 or 1 [N, orientations, height, width], never rising from a bin to the next.
    """
    # An opposite gradient has the same orientation. The axis between the two halves is turned by less than the
    # smallest angle between gradients, so that the sign of dx decides where dy is 0.
    up = compute_sign(ops, dy * 2.0**24 + dx)
    x, y = (ops.constant(component.reshape(-1, 1, 1)) for component in find_edge_directions(orientations).T)
    return ops.greater_equal(up * dy * x - up * dx * y, ops.constant(0.0))
