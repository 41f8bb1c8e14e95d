"""A baked classifier as one ONNX graph: preprocessing and classifier traced one after the other."""

from __future__ import annotations

from onnx import ModelProto

from webparity.baked_estimator import EstimatorBaked
from webparity.export.lowering.classifier import lower_classifier
from webparity.export.onnx_model import float_output, make_model, traced_preprocessing


def estimator_model(baked: EstimatorBaked) -> ModelProto:
    """Trace uint8 [N, H, W, 3] to every tap.

    Raises:
        UnsupportedModelError: a step that has no ONNX form.
    """
    spec = baked.preprocessing
    ops, values = traced_preprocessing(spec)
    flat = ops.reshape(values, (-1, baked.features))
    ops.prefix = "estimator"
    for tap, value in lower_classifier(ops, flat, baked).items():
        ops.node("Identity", value)
        ops.nodes[-1].output[0] = tap
    shapes = {
        "pixels": (spec.height, spec.width, spec.depth),
        "probabilities": (baked.classes,),
        "scores": (baked.classes,),
    }
    return make_model(ops, [float_output(tap, shape) for tap, shape in shapes.items()])
