"""What is frozen is small, and its weights are the network's own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import tensor_util

from webparity.export.frozen import frozen

LAYERS = keras.layers


@pytest.mark.parametrize(
    "layer",
    [LAYERS.Conv2D(4, 3), LAYERS.DepthwiseConv2D(3), LAYERS.Conv2DTranspose(4, 3), LAYERS.Dense(4)],
    ids=lambda layer: type(layer).__name__,
)
def test_a_scale_before_the_first_layer_stays_out_of_its_weights(layer: Any) -> None:
    layer.build((None, 8, 8, 3))

    def scaled(x: Any) -> dict[str, Any]:
        return {"out": layer(x * (1 / 255))}

    specs = [tf.TensorSpec((None, 8, 8, 3), tf.float32)]
    graph = frozen(tf.function(scaled, input_signature=specs).get_concrete_function()).definition
    kept = {tensor_util.MakeNdarray(n.attr["value"].tensor).tobytes() for n in graph.node if n.op == "Const"}
    assert np.asarray(layer.kernel).tobytes() in kept
