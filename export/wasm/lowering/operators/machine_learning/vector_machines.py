"""Support vector machines: the kernels and the coupling of estimators."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.numerics.double_float_functions import sigmoid
from webparity.export.classifiers.numerics.kernels import Kernel, compute_kernel
from webparity.export.classifiers.numerics.pairwise_coupling import couple_pairs
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.machine_learning.post_transforms import add_other_class, transform_scores
from webparity.export.wasm.lowering.operators.machine_learning.rows import (
    TWO_CLASSES,
    count_labels,
    give_rows,
    give_scores,
    take_features,
)
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps

_KERNELS: Final = {"LINEAR": "linear", "POLY": "poly", "RBF": "rbf", "SIGMOID": "sigmoid"}


def _lower_classifier(builder: Builder, node: Node) -> list[OrderedTensor]:
    counts = [int(n) for n in node.get("vectors_per_class") or ()]
    if not counts:
        raise NotCompiledError("of no support vectors")
    pairs = _spread_pairs(_read(node, "coefficients").reshape(len(counts) - 1, -1), counts)
    ops, scores = _score(builder, node, sum(counts), pairs)
    slopes, intercepts = _read(node, "prob_a"), _read(node, "prob_b")
    if len(slopes):
        # Of a pair, the probability of its first class.
        logits = scores * ops.double_float_constant(-slopes) - ops.double_float_constant(intercepts)
        return give_scores(builder, couple_pairs(ops, sigmoid(ops, logits), len(counts)))
    if pairs.shape[1] == 1 and count_labels(node) == TWO_CLASSES:
        return give_scores(builder, add_other_class(ops, scores, node, of_probability=False))
    return give_scores(builder, transform_scores(ops, scores, node))


def _lower_regressor(builder: Builder, node: Node) -> list[OrderedTensor]:
    count = int(node.get("n_supports", 0))
    if not count or node.get("one_class", 0):
        raise NotCompiledError("of no support vectors" if not count else "of one class")
    ops, values = _score(builder, node, count, _read(node, "coefficients").reshape(count, 1))
    return [give_rows(builder, transform_scores(ops, values, node))]


def _score(
    builder: Builder, node: Node, count: int, coefficients: NDArray[np.float64]
) -> tuple[ProgramOps, ProgramTensor]:
    """Weight the kernels of a row with the support vectors, float64 [1, K], by coefficients [vectors, K]."""
    kind = node.get_text("kernel_type", "LINEAR")
    if kind not in _KERNELS:
        raise NotCompiledError(f"with kernel_type {kind}")
    features = take_features(builder, node[0])
    gamma, coef0, degree = [*_read(node, "kernel_params"), 0.0, 0.0, 0.0][:3]
    if degree != int(degree):
        raise NotCompiledError(f"with degree {degree}")
    ops = ProgramOps(builder.graph)
    vectors = _read(node, "support_vectors").reshape(count, -1)
    kernel = Kernel(name=_KERNELS[kind], gamma=gamma, coef0=coef0, degree=int(degree))
    products = compute_kernel(features, vectors, kernel, exact=True)
    return ops, ops.matmul(products, ops.double_float_constant(coefficients)) + ops.double_float_constant(
        _read(node, "rho")
    )


def _spread_pairs(dual: NDArray[np.float64], counts: list[int]) -> NDArray[np.float64]:
    """Coefficients of each support vector in each pair of classes, [vectors, pairs], from LIBSVM's layout by class."""
    ends = np.cumsum(counts)
    spread = np.zeros((dual.shape[1], len(counts) * (len(counts) - 1) // 2))
    for column, (one, other) in enumerate(combinations(range(len(counts)), 2)):
        for own, row in ((one, other - 1), (other, one)):
            vectors = slice(ends[own] - counts[own], ends[own])
            spread[vectors, column] = dual[row, vectors]
    return spread


def _read(node: Node, name: str) -> NDArray[np.float64]:
    return np.array(node.get(name) or (), np.float32).astype(np.float64)


ML_OPERATORS: Final[dict[str, Lowering]] = {"SVMClassifier": _lower_classifier, "SVMRegressor": _lower_regressor}
