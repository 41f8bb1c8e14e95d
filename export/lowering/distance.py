"""Distances to many points as one matrix product."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def squared_distances(ops: OnnxOps, values: OnnxTensor, points: NDArray[Any]) -> OnnxTensor:
    """`|x|² - 2 x·p + |p|²`, in float64, since the three are large and their sum may be small.

    Args:
        ops: the graph under construction.
        values: float32 [N, D].
        points: [P, D], kept in float32.

    Returns:
        float64 [N, P].
    """

    def double(x: OnnxTensor) -> OnnxTensor:
        return ops.node("Cast", x, to=TensorProto.DOUBLE)

    x, p = double(values), double(ops.constant(np.ascontiguousarray(points.T)))
    product = ops.matmul(x, p)
    return ops.sum(x * x, 1) + ops.sum(p * p, 0) - (product + product)
