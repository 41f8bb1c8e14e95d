"""Support vector machines with a Gaussian kernel, `SVC(kernel="rbf")` for two classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from webparity.export.lowering.distance import squared_distances
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def kernel_scores(ops: OnnxOps, values: OnnxTensor, machines: Sequence[Any]) -> OnnxTensor:
    """Decision functions `sum of dual * exp(-gamma * distance²) + intercept`, in float64 as in LIBSVM.

    Thousands of terms that nearly cancel leave too few digits in float32.

    Args:
        ops: the graph under construction.
        values: [N, D].
        machines: fitted on the same images, so that those with the same gamma share support vectors.

    Returns:
        [N, number of machines].
    """
    vectors, places = np.unique(
        np.concatenate([machine.support_vectors_ for machine in machines]), axis=0, return_inverse=True
    )
    dual = np.zeros((len(vectors), len(machines)))
    start = 0
    for column, machine in enumerate(machines):
        count = len(machine.support_vectors_)
        np.add.at(dual[:, column], places[start : start + count], machine.dual_coef_[0])
        start += count
    # The value that `gamma="scale"` or `"auto"` came to; scikit-learn has no public name for it.
    gamma = machines[0]._gamma  # noqa: SLF001
    kernel = ops.node("Exp", squared_distances(ops, values, vectors) * ops.precise(-float(gamma)))
    intercepts = np.concatenate([machine.intercept_ for machine in machines])
    return ops.astype_real(ops.matmul(kernel, ops.precise(dual)) + ops.precise(intercepts))
