"""Linear classifiers and regressors: sums in float64, as those of estimators."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.machine_learning.post_transforms import add_other_class, transform_scores
from webparity.export.wasm.lowering.operators.machine_learning.rows import (
    TWO_CLASSES,
    count_labels,
    give_rows,
    give_scores,
    take_rows,
)
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps


def _lower_classifier(builder: Builder, node: Node) -> list[OrderedTensor]:
    labels = count_labels(node)
    width = len(_read(node, "intercepts")) or labels
    ops, scores = _multiply(builder, node, width)
    if width == 1 and labels == TWO_CLASSES:
        return give_scores(builder, add_other_class(ops, scores, node, of_probability=True))
    return give_scores(builder, transform_scores(ops, scores, node))


def _lower_regressor(builder: Builder, node: Node) -> list[OrderedTensor]:
    ops, values = _multiply(builder, node, int(node.get("targets", 1)))
    return [give_rows(builder, transform_scores(ops, values, node))]


def _multiply(builder: Builder, node: Node, width: int) -> tuple[ProgramOps, ProgramTensor]:
    """Compute `x @ coefficients.T + intercepts`, float64 [N, width]."""
    ops, rows = take_rows(builder, node[0])
    coefficients, intercepts = _read(node, "coefficients"), _read(node, "intercepts")
    if len(coefficients) != width * rows.shape[1]:
        raise NotCompiledError(f"with {len(coefficients)} coefficients of {width} rows for {rows.shape[1]} columns")
    weights = ops.double_float_constant(coefficients.reshape(width, -1).T)
    scores = ops.matmul(ops.to_double_float(rows), weights)
    return ops, scores + ops.double_float_constant(intercepts) if len(intercepts) else scores


def _read(node: Node, name: str) -> NDArray[np.float64]:
    return np.array(node.get(name) or (), np.float32).astype(np.float64)


ML_OPERATORS: Final[dict[str, Lowering]] = {
    "LinearClassifier": _lower_classifier,
    "LinearRegressor": _lower_regressor,
}
