"""Pairwise coupling: class probabilities from the probabilities of each pair, as in LIBSVM.

LIBSVM implements algorithm 2 of Wu, Lin, Weng, "Probability Estimates for Multi-class Classification by Pairwise
Coupling" (JMLR 5, 2004). It stops when it is near enough to the optimum, so a graph must take as many sweeps; the
stopping condition is computed in double-float.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from webparity.export.classifiers.features import TWO_CLASSES
from webparity.program.opcodes import Opcode
from webparity.tensor_ops.ops import Ops, T

if TYPE_CHECKING:
    from webparity.tensor_ops.tracers.program_tensor import ProgramTensor

# LIBSVM's bound of pair probabilities, and its tolerance times the number of classes.
_SMALLEST: Final = 1e-7
_TOLERANCE: Final = 0.005
# More sweeps than LIBSVM takes: of two classes at most 2 (all probabilities from 1e-7 to 1 - 1e-7 in steps of 1.7e-5
# logits); of 3 to 20 at most 5 (20,000 images of digits, 120,000 random tables, and a search for the worst).
_SWEEPS_OF_TWO: Final = 3
_SWEEPS: Final = 6


def couple_pairs(ops: Ops[T], firsts: T, classes: int) -> T:
    """Couple the probabilities of pairs; in a program by one instruction.

    Args:
        ops: the adapter.
        firsts: probability of the first class of each pair against the second, double-float [N, pairs]; pairs in the
            order of `itertools.combinations`.
        classes: C.

    Returns:
        Class probabilities, double-float [N, C].
    """
    from webparity.tensor_ops.tracers.to_program import ProgramOps

    if isinstance(ops, ProgramOps):
        pairs = cast("ProgramTensor", firsts).value
        return cast("T", ops.wrap(ops.emit(Opcode.COUPLE_PAIRS, [pairs], (1, classes), np.float64)))
    wins = _arrange_pairs(ops, _clip(ops, firsts), classes)
    losses = ops.permute_dims(wins, (0, 2, 1))
    diagonal = ops.sum(losses * losses, 2)
    eye = np.eye(classes)
    quadratic = diagonal * ops.double_float_constant(eye) - wins * losses
    # Each row of the matrix is extended by the change of the probabilities in a step on its class.
    rows = ops.concat([quadratic, quadratic * 0.0 + ops.double_float_constant(eye)], 2)
    inverse = ops.double_float_constant(1.0) / diagonal
    share = ops.double_float_constant(1.0 / classes)
    gradient = ops.reshape(ops.sum(quadratic, 2), (-1, classes)) * share
    # Columns: the gradient, the probabilities, the value of the quadratic form.
    state = ops.concat([gradient, gradient * 0.0 + share, ops.sum(gradient, 1) * share], 1)
    for _ in range(_SWEEPS_OF_TWO if classes == TWO_CLASSES else _SWEEPS):
        residual = ops.to_float32(_take_columns(ops, state, range(classes)) - _take_columns(ops, state, [2 * classes]))
        continues = ops.to_double_float(
            ops.greater_equal(ops.max(ops.abs(residual), 1), ops.constant(_TOLERANCE / classes))
        )
        swept = state
        for index in range(classes):
            own = ops.constant(float(index))
            row = ops.reshape(ops.take(rows, own, 1), (-1, 2 * classes))
            scale = ops.reshape(ops.take(inverse, own, 1), (-1, 1))
            gradient, value = _take_columns(ops, swept, [index]), _take_columns(ops, swept, [2 * classes])
            # The class's probability is set to where its condition holds, then all are divided by their sum.
            moved = (value - gradient) * scale
            shrunk = ops.double_float_constant(1.0) / (moved + 1.0)
            swept = swept + moved * ops.concat([row, value + gradient], 1)
            swept = swept * ops.concat([*[shrunk] * (2 * classes), shrunk * shrunk], 1)
        state = swept * continues + state * (1.0 - continues)
    return _take_columns(ops, state, range(classes, 2 * classes))


def _clip(ops: Ops[T], x: T) -> T:
    """Clip to LIBSVM's bounds."""
    low, high = ops.double_float_constant(_SMALLEST), ops.double_float_constant(1.0 - _SMALLEST)
    for bound, beyond in ((low, low - x), (high, x - high)):
        outside = ops.to_double_float(ops.greater_equal(ops.to_float32(beyond), ops.constant(0.0)))
        x = bound * outside + x * (1.0 - outside)
    return x


def _arrange_pairs(ops: Ops[T], firsts: T, classes: int) -> T:
    """Arrange pair probabilities as a matrix, double-float [N, C, C], with zeros on the diagonal."""
    pairs = list(combinations(range(classes), 2))
    columns = np.full((classes, classes), 2.0 * len(pairs))
    for column, (one, other) in enumerate(pairs):
        columns[one, other], columns[other, one] = column, len(pairs) + column
    zero = _take_columns(ops, firsts, [0]) * 0.0
    table = ops.concat([firsts, 1.0 - firsts, zero], 1)
    return ops.reshape(ops.take(table, ops.constant(columns.reshape(-1)), 1), (-1, classes, classes))


def _take_columns(ops: Ops[T], x: T, columns: range | list[int]) -> T:
    return ops.take(x, ops.constant(np.array(columns, np.float64)), 1)
