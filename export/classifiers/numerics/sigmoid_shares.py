"""Probabilities of one classifier a class, as shares of their sum."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.export.classifiers.features import TWO_CLASSES, append_complement
from webparity.tensor_ops.ops import Ops, T

# scikit-learn's sigmoid 1 / (1 + e^-x) is 0 below this, since e^-x is beyond float64.
_SIGMOID_UNDERFLOW: Final = -np.log(np.finfo(np.float64).max)


def compute_scaled_sigmoids(ops: Ops[T], logits: T) -> T:
    """Sigmoids of double-float logits, real, times a common factor that keeps the largest from underflow.

    Only their shares count, and where all logits are below -88 float32 would round every sigmoid to 0.
    """
    rounded, zero = ops.to_float32(logits), ops.constant(0.0)
    top = ops.minimum(ops.max(rounded, 1), zero)
    # The logit itself below 0, and 0 above.
    negative = ops.minimum(ops.to_float32(logits - ops.to_double_float(top)), zero - top)
    powers = ops.exp(negative) / (ops.exp(zero - ops.abs(rounded)) + 1.0)
    return powers * ops.greater_equal(rounded, ops.constant(_SIGMOID_UNDERFLOW))


def normalize_shares(ops: Ops[T], each: T, classes: int, *, equal_if_none: bool = True) -> T:
    """Divide by the sum of each row. Of two classes with one column the complement is taken.

    Args:
        ops: the adapter.
        each: real [N, C], or [N, 1] of two classes.
        classes: C.
        equal_if_none: equal shares where all are 0, which otherwise stay 0.
    """
    if classes == TWO_CLASSES:
        return append_complement(ops, each)
    total = ops.sum(each, 1)
    none = ops.greater_equal(ops.constant(0.0), total)
    return (each + none * (1.0 / classes if equal_if_none else 0.0)) / (total + none)
