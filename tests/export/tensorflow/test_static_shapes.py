"""Reshapes of a batch have constant shapes."""

from __future__ import annotations

from typing import Any

import keras
import pytest
import tensorflow as tf

from webparity.export.tensorflow.freeze import freeze_graph

OF_SHAPES = {"Shape", "StridedSlice", "Pack", "Prod", "ConcatV2"}


def _list_operators(function: Any, *shape: int | None) -> set[str]:
    specs = [tf.TensorSpec(shape, tf.float32)]
    return {
        node.op
        for node in freeze_graph(tf.function(function, input_signature=specs).get_concrete_function()).definition.node
    }


@pytest.mark.parametrize(
    "layer", [keras.layers.Flatten(), keras.layers.Reshape((2, 6)), keras.layers.Reshape((3, -1))], ids=str
)
def test_a_reshape_with_a_static_shape_is_one_node(layer: Any) -> None:
    assert not _list_operators(lambda x: {"out": layer(x)}, None, 4, 3) & OF_SHAPES


def test_a_shape_with_two_unknown_sizes_is_still_computed() -> None:
    def swap(x: Any) -> dict[str, Any]:
        return {"out": tf.reshape(x, tf.concat([tf.shape(x)[:1], tf.shape(x)[2:], [4]], 0))}

    assert _list_operators(swap, None, 4, None) & OF_SHAPES
