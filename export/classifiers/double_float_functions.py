"""Functions of wide numbers, for what is so steep that float32 would not do."""

from __future__ import annotations

from webparity.tensor_ops.ops import Ops, T


def wide_softmax(ops: Ops[T], logits: T) -> T:
    """Softmax along the last of two axes; wide, as the others here."""
    # What float32 says of the largest is near enough for numbers that stay below it, at the second look.
    for _ in range(2):
        logits = logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1))
    powers = ops.exp(logits)
    return powers / ops.sum(powers, 1)


def below_largest(ops: Ops[T], logits: T) -> T:
    """How far wide logits [N, C] lie below the largest, real: all that a softmax asks, and float32 holds it."""
    return ops.to_float32(logits - ops.to_double_float(ops.max(ops.to_float32(logits), 1)))


def wide_sigmoid(ops: Ops[T], x: T) -> T:
    """1 / (1 + e^-x), by e to the power of negative numbers only."""
    power = ops.exp(ops.abs(x) * -1.0)
    positive = _positive(ops, x)
    return (positive + power * (1.0 - positive)) / (power + 1.0)


def wide_tanh(ops: Ops[T], x: T) -> T:
    """Hyperbolic tangent, by the same."""
    power = ops.exp(ops.abs(x) * -2.0)
    return (1.0 - power) / (power + 1.0) * (_positive(ops, x) * 2.0 - 1.0)


def wide_relu(ops: Ops[T], x: T) -> T:
    """The larger of x and 0."""
    return x * _positive(ops, x)


def _positive(ops: Ops[T], x: T) -> T:
    """1 from 0 on and 0 below."""
    return ops.to_double_float(ops.greater_equal(ops.to_float32(x), ops.constant(0.0)))
