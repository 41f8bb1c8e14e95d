"""TensorFlow function of a baked classifier: preprocessing followed by the lowered classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webparity.export.classifiers.classifier import lower_classifier
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.graph import normalize_in_double_float, resize_pixels
from webparity.taps import Tap
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps


def build_estimator_function(baked: EstimatorBaked) -> Callable[[Any], dict[Tap, Any]]:
    """Build the function that TensorFlow traces: a uint8 tensor [N, H, W, 3] to every tap.

    Raises:
        UnsupportedModelError: when traced, a step that has no such form.
    """
    import tensorflow as tf

    ops, spec = TensorFlowOps(), baked.preprocessing

    def run_graph(image: Any) -> dict[Tap, Any]:
        pixels = ops.reshape(resize_pixels(ops, image, spec), (-1, spec.height, spec.width, spec.depth))
        return {"pixels": pixels, **lower_classifier(ops, pixels, normalize_in_double_float(ops, pixels, spec), baked)}

    plain: Callable[[Any], dict[Tap, Any]] = tf.autograph.experimental.do_not_convert(run_graph)
    return plain
