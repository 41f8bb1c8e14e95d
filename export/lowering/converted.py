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


def converted_probabilities(ops: OnnxOps, values: OnnxTensor, classifier: Any) -> OnnxTensor:
    """Convert a classifier.

    Args:
        ops: the graph under construction.
        values: [N, D].
        classifier: a fitted scikit-learn classifier or pipeline.

    Returns:
        Its probabilities, [N, C].

    Raises:
        UnsupportedModelError: skl2onnx knows no such step.
    """
    from skl2onnx import convert_sklearn  # noqa: PLC0415 - only such estimators need it
    from skl2onnx.common.data_types import FloatTensorType  # noqa: PLC0415 - as above

    steps = [step for _, step in classifier.steps] if isinstance(classifier, Pipeline) else [classifier]
    # Multiplying by the reciprocal instead would put values on the other side of a tree's threshold.
    scalers = {id(step): {"div": "div"} for step in steps if isinstance(step, StandardScaler)}
    try:
        model = convert_sklearn(
            classifier,
            initial_types=[("values", FloatTensorType([None, classifier.n_features_in_]))],
            target_opset={"": OPSET, ML_DOMAIN: ML_OPSET},
            options=scalers | {id(steps[-1]): {"zipmap": False}},
        )
    except Exception as error:  # its own exceptions and many of Python's
        names = ", ".join(type(step).__name__ for step in steps)
        raise UnsupportedModelError(
            f"Expected steps that skl2onnx converts; received {names}: {(str(error).splitlines() or [''])[0]} "
            "Use scikit-learn's own."
        ) from error
    graph = onnx.compose.add_prefix_graph(model.graph, _PREFIX)
    for node in graph.node:
        node.input[:] = [values.name if name == f"{_PREFIX}values" else name for name in node.input]
    ops.nodes.extend(graph.node)
    ops.initializers.update({tensor.name: tensor for tensor in graph.initializer})
    return OnnxTensor(ops, graph.output[-1].name)
