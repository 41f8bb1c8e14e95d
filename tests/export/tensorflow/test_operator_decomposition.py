"""Decomposed operators give the same results."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from webparity.export.tensorflow.freeze import FrozenGraph, freeze_graph

RANDOM = np.random.default_rng(0)
SPELLED_OUT = {"Einsum", "Erfc", "Expm1", "Identity", "Log1p", "Softsign"}
SIZES = {"a": None, "b": 5, "c": 3, "d": 4, "e": 2, "f": 6}


def _freeze(function: Any, *signature: Any) -> FrozenGraph:
    graph = freeze_graph(tf.function(function, input_signature=signature).get_concrete_function())
    assert not {node.op for node in graph.definition.node} & SPELLED_OUT
    return graph


def _run(graph: FrozenGraph, *values: Any) -> Any:
    def import_graph(*inputs: Any) -> Any:
        feeds = {f"{name}:0": value for name, value in zip(graph.inputs, inputs, strict=True)}
        outputs = [f"{name}:0" for name in graph.outputs]
        return tf.graph_util.import_graph_def(graph.definition, feeds, outputs, name="")

    specs = [tf.TensorSpec(value.shape, value.dtype) for value in map(tf.constant, values)]
    (result,) = tf.compat.v1.wrap_function(import_graph, specs)(*map(tf.constant, values))
    return result.numpy()


@pytest.mark.parametrize(
    "equation",
    [
        "ab,bc->ac",
        "abc,cd->abd",
        "abc,cde->abde",
        "abcd,cde->abe",
        "aecd,abcd->acbe",
        "acbe,aecd->abcd",
        "abc,abd->acd",
    ],
)
def test_an_einsum_becomes_a_matrix_product(equation: str) -> None:
    left, right = equation.partition("->")[0].split(",")
    specs = [tf.TensorSpec([SIZES[label] for label in labels], tf.float32) for labels in (left, right)]
    graph = _freeze(lambda x, y: {"out": tf.einsum(equation, x, y)}, *specs)
    values = [RANDOM.normal(size=[SIZES[label] or 7 for label in labels]).astype("f4") for labels in (left, right)]
    np.testing.assert_allclose(_run(graph, *values), np.einsum(equation, *values), rtol=1e-5, atol=1e-5)


def test_other_einsums_are_unchanged() -> None:
    specs = [tf.TensorSpec([3, 3], tf.float32)] * 2
    function = tf.function(lambda x, y: {"out": tf.einsum("ab,ab->ab", x, y)}, input_signature=specs)
    assert "Einsum" in {node.op for node in freeze_graph(function.get_concrete_function()).definition.node}


@pytest.mark.parametrize("function", [tf.math.erfc, tf.math.expm1, tf.math.log1p, tf.nn.softsign])
def test_elementwise_functions_keep_their_values(function: Any) -> None:
    graph = _freeze(lambda x: {"out": function(x)}, tf.TensorSpec([None], tf.float32))
    values = np.linspace(-0.9, 4, 101, dtype=np.float32)
    np.testing.assert_allclose(_run(graph, values), function(values), rtol=2e-7, atol=2e-7)


def test_every_output_has_a_node_of_its_own() -> None:
    def compute(x: Any) -> dict[str, Any]:
        doubled = x * 2.0
        return {"first": doubled, "second": doubled, "third": x}

    graph = freeze_graph(tf.function(compute, input_signature=[tf.TensorSpec([2], tf.float32)]).get_concrete_function())
    assert len(set(graph.outputs)) == 3
    assert not set(graph.outputs) & set(graph.inputs)
