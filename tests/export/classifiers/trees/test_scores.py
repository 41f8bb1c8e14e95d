"""Operators of trees in TF.js: few kinds, each with a kernel in every backend."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.registry import choose_lowering
from webparity.export.classifiers.trees.ensemble import Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.export.tfjs.converter import convert_function
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(300, 5)).astype(np.float32)
LABELS = (VALUES[:, 0] + RANDOM.normal(size=300) > 0).astype(int)


@pytest.mark.parametrize("kind", [GradientBoostingClassifier, RandomForestClassifier])
def test_the_graph_of_tfjs_has_no_fused_sum_of_tensors(kind: type) -> None:
    lowering = choose_lowering(kind(n_estimators=5, random_state=0).fit(VALUES, LABELS))
    assert isinstance(lowering, TreeLowering)
    ensemble = lowering.extract_ensemble()
    function = tf.function(lambda values: {"scores": sum_leaves(TensorFlowOps(), values, ensemble)})
    topology, weights, _ = convert_function(
        function.get_concrete_function(tf.TensorSpec([None, 5], tf.float32, name="values"))
    )
    nodes = {node["name"]: node for node in topology["node"]}
    assert {node["op"] for node in nodes.values()} <= {
        *("Const", "Placeholder", "Identity", "GatherV2", "GreaterEqual", "Cast", "Sub", "Mul", "ConcatV2"),
        *("MatMul", "_FusedMatMul", "AddV2", "Reshape", "Sum"),
    }
    # TF.js's wasm backend takes a bias of one axis only.
    fused = [node["input"][2] for node in nodes.values() if node["op"] == "_FusedMatMul"]
    shapes = {name: array.shape for name, array in weights}
    assert all(len(shapes.get(bias, ())) == 1 for bias in fused)
    assert all(np.isfinite(array).all() for _, array in weights)


def test_features_beyond_what_float32_numbers_are_refused() -> None:
    tree = Tree(
        feature=np.array([2**24, 0, 0]),
        threshold=np.zeros(3),
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        value=np.ones((3, 1)),
    )
    with pytest.raises(UnsupportedModelError, match="fewer tree nodes and features"):
        sum_leaves(TensorFlowOps(), tf.zeros((1, 3)), join_trees([tree], base=np.zeros(1), slope=1.0))
