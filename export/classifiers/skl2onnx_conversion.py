"""Conversion by skl2onnx, of scikit-learn estimators that no family lowers."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from webparity.export.onnx.model import ML_DOMAIN, ML_OPSET, OPSET
from webparity.models import refusals
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.text.library_error import summarize_library_error


def convert_probabilities(ops: OnnxOps, values: OnnxTensor, classifier: Any) -> OnnxTensor:
    """Convert the `predict_proba` of a classifier.

    Args:
        ops: the graph under construction.
        values: [N, D].
        classifier: a fitted scikit-learn classifier or pipeline.

    Returns:
        Probabilities, [N, C].

    Raises:
        UnsupportedModelError: skl2onnx does not convert it, or onnxruntime cannot run the result.
    """
    return _convert(ops, values, classifier, {"zipmap": False})


def convert_transform(ops: OnnxOps, values: OnnxTensor, step: Any) -> OnnxTensor:
    """Convert the `transform` of a fitted transformer, [N, D] to [N, D']; see `convert_probabilities`."""
    return _convert(ops, values, step, {})


def _convert(ops: OnnxOps, values: OnnxTensor, estimator: Any, options: dict[str, Any]) -> OnnxTensor:
    """Append the nodes of an estimator to the graph and return its last output."""
    import onnxruntime
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]
    # A multiplication by the reciprocal could move values across the threshold of a tree.
    scalers = {id(step): {"div": "div"} for step in steps if isinstance(step, StandardScaler)}
    session_options = onnxruntime.SessionOptions()
    session_options.log_severity_level = 4  # failures are raised as errors
    try:
        model: Any = convert_sklearn(
            estimator,
            initial_types=[("values", FloatTensorType([None, estimator.n_features_in_]))],
            target_opset={"": OPSET, ML_DOMAIN: ML_OPSET},
            options=scalers | ({id(steps[-1]): options} if options else {}),
        )
        # Some conversions give a graph that no runtime can run.
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), session_options, providers=["CPUExecutionProvider"]
        )
        session.run(None, {"values": np.zeros((1, estimator.n_features_in_), np.float32)})
    except Exception as error:  # skl2onnx raises its own exceptions and many of Python's
        names = ", ".join(type(step).__name__ for step in steps)
        raise refusals.SKL2ONNX(f"{names}: {summarize_library_error(error)}") from error
    prefix = f"{ops.prefix}/{len(ops.nodes)}/"
    graph = onnx.compose.add_prefix_graph(model.graph, prefix)
    for node in graph.node:
        node.input[:] = [values.name if name == f"{prefix}values" else name for name in node.input]
    ops.nodes.extend(graph.node)
    ops.initializers.update({tensor.name: tensor for tensor in graph.initializer})
    return OnnxTensor(ops, graph.output[-1].name)
