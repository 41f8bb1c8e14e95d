"""Probabilities of many classes from those of each pair, as `multiclass_probability` of LIBSVM couples them.

It is algorithm 2 of Wu, Lin, Weng, "Probability Estimates for Multi-class Classification by Pairwise Coupling" (JMLR 5,
2004). It ends where it comes near enough to the optimum, so a graph must take as many sweeps as LIBSVM did, and what
decides that is computed wide.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from webparity.tensor_ops.ops import Ops, T

# LIBSVM's: no pair is surer than this, and the optimum's condition holds to this over the number of classes.
_LEAST: Final = 1e-7
_BOUND: Final = 0.005
# More than LIBSVM ever takes: of two classes at most 2 (all probabilities from 1e-7 to 1 - 1e-7 in steps of 1.7e-5
# logits); of 3 to 20 at most 5 (20,000 images of digits, 120,000 random tables, and a search for the worst).
_SWEEPS_OF_TWO: Final = 3
_SWEEPS: Final = 6


def coupled(ops: Ops[T], firsts: T, classes: int) -> T:
    """Couple the probabilities of pairs.

    Args:
        ops: the adapter.
        firsts: how likely the first of each pair is against the second, wide [N, pairs], the pairs in the order of
            `itertools.combinations`.
        classes: C.

    Returns:
        Wide [N, C].
    """
    wins = _wins(ops, _clipped(ops, firsts), classes)
    losses = ops.permute_dims(wins, (0, 2, 1))
    diagonal = ops.sum(losses * losses, 2)
    eye = np.eye(classes)
    quadratic = diagonal * ops.double_float_constant(eye) - wins * losses
    # Beside a class's row of the matrix stands what a step on the class adds to the probabilities themselves.
    rows = ops.concat([quadratic, quadratic * 0.0 + ops.double_float_constant(eye)], 2)
    inverse = ops.double_float_constant(1.0) / diagonal
    share = ops.double_float_constant(1.0 / classes)
    gradient = ops.reshape(ops.sum(quadratic, 2), (-1, classes)) * share
    # The gradient, the probabilities, and the value of the quadratic form, side by side.
    state = ops.concat([gradient, gradient * 0.0 + share, ops.sum(gradient, 1) * share], 1)
    for _ in range(_SWEEPS_OF_TWO if classes == 2 else _SWEEPS):
        apart = ops.to_float32(_part(ops, state, range(classes)) - _part(ops, state, [2 * classes]))
        going = ops.to_double_float(ops.greater_equal(ops.max(ops.abs(apart), 1), ops.constant(_BOUND / classes)))
        swept = state
        for place in range(classes):
            own = ops.constant(float(place))
            row = ops.reshape(ops.take(rows, own, 1), (-1, 2 * classes))
            scale = ops.reshape(ops.take(inverse, own, 1), (-1, 1))
            gradient, value = _part(ops, swept, [place]), _part(ops, swept, [2 * classes])
            # The class's probability goes to where the condition holds for it, and then all back to a sum of 1.
            moved = (value - gradient) * scale
            shrunk = ops.double_float_constant(1.0) / (moved + 1.0)
            swept = swept + moved * ops.concat([row, value + gradient], 1)
            swept = swept * ops.concat([*[shrunk] * (2 * classes), shrunk * shrunk], 1)
        state = swept * going + state * (1.0 - going)
    return _part(ops, state, range(classes, 2 * classes))


def _clipped(ops: Ops[T], x: T) -> T:
    low, high = ops.double_float_constant(_LEAST), ops.double_float_constant(1.0 - _LEAST)
    for bound, beyond in ((low, low - x), (high, x - high)):
        outside = ops.to_double_float(ops.greater_equal(ops.to_float32(beyond), ops.constant(0.0)))
        x = bound * outside + x * (1.0 - outside)
    return x


def _wins(ops: Ops[T], firsts: T, classes: int) -> T:
    """How likely each class is against each other, wide [N, C, C], 0 against itself."""
    pairs = list(combinations(range(classes), 2))
    places = np.full((classes, classes), 2.0 * len(pairs))
    for place, (one, other) in enumerate(pairs):
        places[one, other], places[other, one] = place, len(pairs) + place
    nothing = _part(ops, firsts, [0]) * 0.0
    table = ops.concat([firsts, 1.0 - firsts, nothing], 1)
    return ops.reshape(ops.take(table, ops.constant(places.reshape(-1)), 1), (-1, classes, classes))


def _part(ops: Ops[T], x: T, columns: range | list[int]) -> T:
    return ops.take(x, ops.constant(np.array(columns, np.float64)), 1)
