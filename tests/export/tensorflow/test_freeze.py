"""Frozen graphs are small, keep the network's weights, and keep the order of double-float sums."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import tensor_util

from webparity.export.tensorflow import freeze
from webparity.export.tfjs.files import load_graph_function, trace_graph_model
from webparity.preprocessing.graph import normalize_in_double_float, resize_pixels
from webparity.preprocessing.sklearn_transformer import extract_features
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

LAYERS = keras.layers
SPEC = Preprocessing(height=8, width=8)
IMAGES = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "layer",
    [LAYERS.Conv2D(4, 3), LAYERS.DepthwiseConv2D(3), LAYERS.Conv2DTranspose(4, 3), LAYERS.Dense(4)],
    ids=lambda layer: type(layer).__name__,
)
def test_a_scale_before_the_first_layer_is_not_folded_into_its_weights(layer: Any) -> None:
    layer.build((None, 8, 8, 3))

    def scale(x: Any) -> dict[str, Any]:
        return {"out": layer(x * (1 / 255))}

    specs = [tf.TensorSpec((None, 8, 8, 3), tf.float32)]
    graph = freeze.freeze_graph(tf.function(scale, input_signature=specs).get_concrete_function()).definition
    kept = {tensor_util.MakeNdarray(n.attr["value"].tensor).tobytes() for n in graph.node if n.op == "Const"}
    assert np.asarray(layer.kernel).tobytes() in kept


def compute_values(image: Any) -> dict[str, Any]:
    """Pixels, and what a classifier sees of them: computed wide and rounded once."""
    ops = TensorFlowOps()
    pixels = ops.reshape(resize_pixels(ops, image, SPEC), (-1, 8, 8, 1))
    return {"pixels": pixels, "values": normalize_in_double_float(ops, pixels, SPEC)}


def return_wrong() -> int:
    """Count values of the written graph that differ from those of its own pixels."""
    topology, weights = trace_graph_model(tf.autograph.experimental.do_not_convert(compute_values))
    pixels, received = (x.numpy() for x in load_graph_function(topology, dict(weights), ["pixels", "values"])(IMAGES))
    return int(np.count_nonzero(received.reshape(len(IMAGES), -1) != extract_features(pixels, SPEC)))


def test_values_are_rounded_once() -> None:
    assert return_wrong() == 0


def test_reordered_sums_are_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "_PASSES_IN_ORDER", freeze._PASSES)
    assert return_wrong() > 0
