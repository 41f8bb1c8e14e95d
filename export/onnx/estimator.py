"""ONNX graph of a baked classifier: traced preprocessing followed by the lowered classifier."""

from __future__ import annotations

from onnx import ModelProto

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.classifier import add_decision, lower_classifier
from webparity.export.classifiers.features import ClassifierOutputs
from webparity.export.classifiers.skl2onnx_conversion import convert_probabilities
from webparity.export.onnx.model import make_float_output, make_model, trace_preprocessing
from webparity.models.baked import list_tap_shapes
from webparity.models.estimators.baked import EstimatorBaked, find_scorer, unwrap_weighted
from webparity.preprocessing.graph import normalize_in_double_float
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor


def trace_estimator(baked: EstimatorBaked) -> ModelProto:
    """Trace uint8 [N, H, W, 3] to every tap.

    Raises:
        UnsupportedModelError: a step has no ONNX form.
    """
    ops, values = trace_preprocessing(baked.preprocessing, normalize_in_double_float)
    ops.prefix = "estimator"
    for tap, value in _lower_taps(ops, values, baked).items():
        ops.add_node("Identity", value)
        ops.nodes[-1].output[0] = tap
    return make_model(ops, [make_float_output(tap, shape) for tap, shape in list_tap_shapes(baked).items()])


def _lower_taps(ops: OnnxOps, values: OnnxTensor, baked: EstimatorBaked) -> dict[Tap, OnnxTensor]:
    """Lower a classifier; one that cannot be lowered and has no scores is converted by skl2onnx."""
    try:
        return lower_classifier(ops, OnnxTensor(ops, "pixels"), values, baked)
    except UnsupportedModelError as own:
        if (
            baked.kind != "sklearn"
            or baked.output.kind != "probabilities"
            or find_scorer(unwrap_weighted(baked.estimator)) is not None
        ):
            raise
        flat = ops.reshape(values, (-1, baked.features))
        try:
            plain = ClassifierOutputs(probabilities=convert_probabilities(ops, flat, unwrap_weighted(baked.estimator)))
        except UnsupportedModelError:
            # Our own error names a remedy, skl2onnx's does not.
            raise own from None
    return add_decision(ops, plain, baked)
