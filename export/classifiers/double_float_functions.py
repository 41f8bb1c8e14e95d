"""Activation functions of double-float numbers."""

from __future__ import annotations

from webparity.tensor_ops.ops import Ops, T


def softmax(ops: Ops[T], logits: T) -> T:
    """Softmax along the last of two axes, double-float [N, C] to double-float."""
    # Twice, since float32 holds the largest only approximately: after that no number is far above 0.
    for _ in range(2):
        logits = logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1))
    powers = ops.exp(logits)
    return powers / ops.sum(powers, 1)


def subtract_largest(ops: Ops[T], logits: T) -> T:
    """Subtract the largest of double-float logits [N, C] and round to real, which is exact enough for a softmax."""
    return ops.to_float32(logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1)))


def sigmoid(ops: Ops[T], x: T) -> T:
    """1 / (1 + e^-x), computed by exponentials of negative numbers only."""
    power = ops.exp(ops.abs(x) * -1.0)
    positive = _is_positive(ops, x)
    return (positive + power * (1.0 - positive)) / (power + 1.0)


def tanh(ops: Ops[T], x: T) -> T:
    """Hyperbolic tangent, computed by exponentials of negative numbers only."""
    power = ops.exp(ops.abs(x) * -2.0)
    return (1.0 - power) / (power + 1.0) * (_is_positive(ops, x) * 2.0 - 1.0)


def relu(ops: Ops[T], x: T) -> T:
    """Rectified linear unit: the larger of x and 0, for finite x."""
    return x * _is_positive(ops, x)


def _is_positive(ops: Ops[T], x: T) -> T:
    """1 where x is 0 or more, and 0 elsewhere."""
    return ops.to_double_float(ops.greater_equal(ops.to_float32(x), ops.constant(0.0)))
