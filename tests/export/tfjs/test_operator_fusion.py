"""Graphs for TF.js are fused in the same way everywhere, and still run in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from webparity.export.tfjs.files import load_graph_function, trace_graph_model

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.integers(0, 256, (1, 9, 7, 3), dtype=np.uint8)


def _make_weights(*shape: int) -> Any:
    return tf.constant(RANDOM.normal(size=shape).astype(np.float32))


KERNEL, DEPTHWISE, MATRIX = _make_weights(3, 3, 3, 4), _make_weights(3, 3, 3, 2), _make_weights(3, 5)
BIAS = {4: _make_weights(4), 5: _make_weights(5), 6: _make_weights(6)}


def _apply_conv(x: Any) -> Any:
    return tf.nn.conv2d(x, KERNEL, 1, "SAME") + BIAS[4]


def _apply_depthwise(x: Any) -> Any:
    return tf.nn.depthwise_conv2d(x, DEPTHWISE, [1, 2, 2, 1], "VALID") + BIAS[6]


def _apply_dense(x: Any) -> Any:
    return tf.reduce_mean(x, [1, 2]) @ MATRIX + BIAS[5]


def _list_ops(function: Callable[[Any], Any]) -> list[str]:
    def compute(image: Any) -> dict[str, Any]:
        return {"out": function(tf.cast(image, tf.float32) / 255.0)}

    topology, weights = trace_graph_model(compute)
    (received,) = load_graph_function(topology, dict(weights), ["out"])(tf.constant(IMAGE))
    np.testing.assert_allclose(received, compute(tf.constant(IMAGE))["out"], rtol=1e-5, atol=1e-6)
    return [node["op"] for node in topology["node"]]


@pytest.mark.parametrize("activation", [tf.nn.relu, tf.nn.relu6, tf.nn.elu])
@pytest.mark.parametrize(
    ("product", "fused"),
    [(_apply_conv, "_FusedConv2D"), (_apply_depthwise, "FusedDepthwiseConv2dNative"), (_apply_dense, "_FusedMatMul")],
)
def test_bias_and_activation_are_fused_into_the_product(product: Any, fused: str, activation: Any) -> None:
    ops = _list_ops(lambda x: activation(product(x)))
    assert ops.count(fused) == 1
    assert not {"Add", "AddV2", "Relu", "Relu6", "Elu", "Identity"} & set(ops)


@pytest.mark.parametrize("activation", [tf.nn.gelu, tf.nn.silu, tf.math.tanh, lambda x: x * tf.nn.relu6(x + 3.0) / 6.0])
def test_activations_that_tfjs_cannot_fuse_are_not_fused(activation: Any) -> None:
    ops = _list_ops(lambda x: activation(_apply_conv(x)))
    assert "_FusedConv2D" in ops
    assert {"Erf", "Sigmoid", "Tanh", "Relu6"} & set(ops)


def test_a_product_that_is_read_twice_is_not_fused() -> None:
    product = tf.nn.conv2d
    ops = _list_ops(lambda x: tf.nn.relu(product(x, KERNEL, 1, "SAME") + BIAS[4]) * product(x, KERNEL, 1, "SAME"))
    assert "Conv2D" in ops


def test_a_scalar_is_not_fused_as_bias() -> None:
    assert "_FusedConv2D" not in _list_ops(lambda x: tf.nn.relu6(tf.nn.conv2d(x, KERNEL, 1, "SAME") + 3.0))


def test_means_are_split_by_axis() -> None:
    assert _list_ops(lambda x: tf.reduce_mean(x, [1, 2])).count("Mean") == 2
    assert _list_ops(lambda x: tf.reduce_mean(x, [1, 2], keepdims=True)).count("Mean") == 2
