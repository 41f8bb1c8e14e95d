"""Whatever else scikit-learn has, through skl2onnx."""

from __future__ import annotations

from typing import Any

import onnx
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from webparity.errors import UnsupportedModelError
from webparity.export.onnx_model import ML_DOMAIN, ML_OPSET, OPSET
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor

_PREFIX = "estimator/"


def converted_probabilities(ops: OnnxOps, values: OnnxTensor, estimator: Any) -> OnnxTensor:
    """Convert a classifier and put its nodes into a graph.

    Args:
        ops: the graph under construction.
        values: [N, D].
        estimator: a fitted scikit-learn classifier or pipeline.

    Returns:
        Its probabilities, [N, C].

    Raises:
        UnsupportedModelError: skl2onnx knows no such step.
    """
    from skl2onnx import convert_sklearn  # noqa: PLC0415 - only such classifiers need it
    from skl2onnx.common.data_types import FloatTensorType  # noqa: PLC0415 - as above

    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]
    # Multiplying by the reciprocal instead would put values on the other side of a tree's threshold.
    options: dict[int, dict[str, Any]] = {id(s): {"div": "div"} for s in steps if isinstance(s, StandardScaler)}
    options[id(steps[-1])] = {"zipmap": False}
    try:
        model = convert_sklearn(
            estimator,
            initial_types=[("values", FloatTensorType([None, estimator.n_features_in_]))],
            target_opset={"": OPSET, ML_DOMAIN: ML_OPSET},
            options=options,
        )
    except Exception as error:  # its own exceptions and many of Python's
        raise UnsupportedModelError(
            f"Expected a classifier that skl2onnx converts; received {type(steps[-1]).__name__}: "
            f"{(str(error).splitlines() or [''])[0]} Train one of scikit-learn's own."
        ) from error
    graph = onnx.compose.add_prefix_graph(model.graph, _PREFIX)
    _feed(graph, values.name)
    ops.nodes.extend(graph.node)
    ops.initializers.update({tensor.name: tensor for tensor in graph.initializer})
    return OnnxTensor(ops, f"{_PREFIX}probabilities")


def _feed(graph: onnx.GraphProto, values: str) -> None:
    for node in graph.node:
        node.input[:] = [values if name == f"{_PREFIX}values" else name for name in node.input]
