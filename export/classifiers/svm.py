"""Support vector machines, of two classes and of pairs of many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC, NuSVC

from webparity.export.classifiers.coupling import coupled
from webparity.export.classifiers.dispatch import (
    Answer,
    Flow,
    answer,
    unrounded_decision,
    wide_decision,
    wide_probabilities,
)
from webparity.export.classifiers.distance import squared_distances, wide_squared_distances
from webparity.export.classifiers.double_float_functions import wide_sigmoid, wide_tanh
from webparity.models import refusals
from webparity.tensor_ops.ops import Ops, T

_KERNELS: Final = ("linear", "rbf", "poly", "sigmoid")


@unrounded_decision.register(SVC)
@unrounded_decision.register(NuSVC)
def _(machine: Any, flow: Flow[T]) -> T:
    return _decision(machine, flow, wide=False)


@wide_decision.register(SVC)
@wide_decision.register(NuSVC)
def _(machine: Any, flow: Flow[T]) -> T:
    return _decision(machine, flow, wide=True)


@answer.register(SVC)
@answer.register(NuSVC)
def _(machine: Any, flow: Flow[T]) -> Answer[T]:
    return Answer(probabilities=flow.ops.to_float32(wide_probabilities(machine, flow)))


@wide_probabilities.register(SVC)
@wide_probabilities.register(NuSVC)
def _(machine: Any, flow: Flow[T]) -> T:
    """Those of a machine fitted with `probability=True`, wide [N, C]: a sigmoid a pair, coupled."""
    ops, classes = flow.ops, len(machine.classes_)
    scores = machine_scores([machine], flow, wide=True)
    # The public names warn of their end in 1.11.
    slopes, intercepts = machine._probA, machine._probB  # noqa: SLF001 - see above
    # Of two classes scikit-learn turns LIBSVM's scores round.
    slopes = slopes if classes == 2 else -slopes
    logits = scores * ops.double_float_constant(slopes) - ops.double_float_constant(intercepts)
    return coupled(ops, wide_sigmoid(ops, logits), classes)


def _decision(machine: Any, flow: Flow[T], *, wide: bool) -> T:
    classes = len(machine.classes_)
    pairs = machine_scores([machine], flow, wide=wide)
    if classes == 2 or machine.decision_function_shape == "ovo":
        return pairs
    return _votes(flow.ops, pairs, classes)


def machine_scores(machines: Sequence[Any], flow: Flow[T], *, wide: bool = False) -> T:
    """Decision functions of each pair of classes, wide [N, pairs], of machines with the same kernel side by side.

    Thousands of terms nearly cancel, so they are summed wide.

    Args:
        machines: fitted on the same rows, so that they share support vectors.
        flow: what they see.
        wide: compute the terms wide too.

    Raises:
        UnsupportedModelError: a kernel that is a function or a matrix.
    """
    kernel = machines[0].kernel
    if kernel not in _KERNELS:
        raise refusals.KERNEL(kernel if isinstance(kernel, str) else "a function")
    ops = flow.ops
    intercepts = ops.double_float_constant(np.concatenate([machine.intercept_ for machine in machines]))
    if kernel == "linear":
        weights = np.concatenate([np.asarray(machine.coef_) for machine in machines])
        return ops.matmul(flow.exact, ops.double_float_constant(weights.T)) + intercepts
    vectors, places = np.unique(
        np.concatenate([machine.support_vectors_ for machine in machines]), axis=0, return_inverse=True
    )
    factors, start = [], 0
    for machine in machines:
        own = _factors(machine)
        spread = np.zeros((len(vectors), own.shape[1]))
        np.add.at(spread, places[start : start + len(own)], own)
        factors.append(spread)
        start += len(own)
    products = _kernel(flow, machines[0], vectors, wide=wide)
    return ops.matmul(products, ops.double_float_constant(np.concatenate(factors, axis=1))) + intercepts


def _factors(machine: Any) -> NDArray[np.float64]:
    """What each support vector adds to each pair of classes, [vectors, pairs], from LIBSVM's layout by class."""
    dual, counts = np.asarray(machine.dual_coef_), machine.n_support_
    if len(counts) == 2:
        return dual.T
    ends = np.cumsum(counts)
    pairs = list(combinations(range(len(counts)), 2))
    factors = np.zeros((dual.shape[1], len(pairs)))
    for column, (one, other) in enumerate(pairs):
        for own, against in ((one, other - 1), (other, one)):
            rows = slice(ends[own] - counts[own], ends[own])
            factors[rows, column] = dual[against, rows]
    return factors


def _kernel(flow: Flow[T], machine: Any, vectors: NDArray[np.float64], *, wide: bool) -> T:
    """The kernel of each value with each support vector, wide [N, P]."""
    ops = flow.ops
    # The value that `gamma="scale"` or `"auto"` came to; scikit-learn has no public name for it.
    gamma = float(machine._gamma)  # noqa: SLF001
    match machine.kernel:
        case "rbf" if wide:
            return ops.exp(wide_squared_distances(ops, flow.exact, vectors) * ops.double_float_constant(-gamma))
        case "rbf":
            return ops.to_double_float(ops.exp(squared_distances(ops, flow.values, vectors) * ops.constant(-gamma)))
        case "poly":
            products = ops.matmul(flow.exact, ops.double_float_constant(gamma * vectors.T))
            base = products + ops.double_float_constant(machine.coef0)
            power = base
            for _ in range(machine.degree - 1):
                power = power * base
            return power if machine.degree else base * 0.0 + 1.0
        case _:
            products = ops.matmul(flow.exact, ops.double_float_constant(gamma * vectors.T))
            products = products + ops.double_float_constant(machine.coef0)
            return wide_tanh(ops, products) if wide else ops.to_double_float(ops.tanh(ops.to_float32(products)))


def _votes(ops: Ops[T], pairs: T, classes: int) -> T:
    """Each class's votes among pairs and, below 1/3, its confidence (`sklearn.utils.multiclass`, OvR from OvO)."""
    names = list(combinations(range(classes), 2))
    wins = np.zeros((len(names), classes))
    losses = np.zeros((len(names), classes))
    for row, (one, other) in enumerate(names):
        wins[row, one] = losses[row, other] = 1.0
    # A pair's first class wins from 0 on.
    first = ops.greater_equal(ops.to_float32(pairs), ops.constant(0.0))
    votes = ops.matmul(first, ops.constant(wins)) + ops.matmul(1.0 - first, ops.constant(losses))
    confidence = ops.matmul(pairs, ops.double_float_constant(wins - losses))
    return ops.to_double_float(votes) + confidence / ((ops.abs(confidence) + 1.0) * 3.0)
