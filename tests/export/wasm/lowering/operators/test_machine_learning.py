"""Operators of the domain ai.onnx.ml give in programs what onnxruntime gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper
from onnx_programs import Array, compile_model, make_noise, run_onnxruntime, run_program

from webparity.errors import UnsupportedModelError

D = 5


def make_node_model(
    op_type: str,
    outputs: Sequence[str],
    shape: Sequence[int] = (1, D),
    *,
    dtype: int = TensorProto.FLOAT,
    **attributes: Any,
) -> ModelProto:
    """Make a model of one node that takes `x`."""
    node = helper.make_node(op_type, ["x"], list(outputs), domain="ai.onnx.ml", **attributes)
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", dtype, shape)],
        [helper.make_tensor_value_info(outputs[-1], TensorProto.FLOAT, None)],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8
    )


def hold(model: ModelProto, inputs: Array, *, rtol: float = 1e-6, atol: float = 1e-6) -> None:
    """Hold a model's program to onnxruntime, row by row."""
    for row in inputs:
        feeds = {"x": row[np.newaxis]}
        (expected,) = run_onnxruntime(model, feeds)
        (received,) = run_program(compile_model(model, feeds), [*feeds.values()])
        assert received.dtype == expected.dtype
        np.testing.assert_allclose(received.reshape(expected.shape), expected, rtol=rtol, atol=atol)
        assert received.size == expected.size


POSTS = ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO")
NAMES = {"text": ("classlabels_strings", ["a", "b", "c"]), "numbers": ("classlabels_int64s", [3, 5, 7])}


def make_stumps(kind: str, ids: Sequence[int], weights: Sequence[float], mode: str) -> dict[str, Any]:
    """Attributes of trees of two levels; each leaf adds one weight to one column, in turn."""
    trees = len(ids) // 3
    return {
        "nodes_treeids": np.repeat(np.arange(trees), 5).tolist(),
        "nodes_nodeids": [0, 1, 2, 3, 4] * trees,
        "nodes_modes": [mode, "LEAF", mode, "LEAF", "LEAF"] * trees,
        "nodes_featureids": [tree % D for tree in range(trees) for _ in range(5)],
        "nodes_values": [value for tree in range(trees) for value in (0.25 * (tree % 3), 0.0, 0.5, 0.0, 0.0)],
        "nodes_truenodeids": [1, 0, 3, 0, 0] * trees,
        "nodes_falsenodeids": [2, 0, 4, 0, 0] * trees,
        f"{kind}_treeids": np.repeat(np.arange(trees), 3).tolist(),
        f"{kind}_nodeids": [1, 3, 4] * trees,
        f"{kind}_ids": list(ids),
        f"{kind}_weights": list(weights),
    }


# Values at, below and above every threshold.
AT_THRESHOLDS = np.stack(
    [
        np.full(D, value, np.float32)
        for base in (0.0, 0.25, 0.5)
        for value in (base, np.nextafter(base, 1), np.nextafter(base, -1))
    ]
)


@pytest.mark.parametrize("mode", ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"])
@pytest.mark.parametrize("dtype", [TensorProto.FLOAT, TensorProto.DOUBLE])
def test_trees_compare_as_their_nodes_say(mode: str, dtype: int) -> None:
    ids, weights = np.arange(12) % 3, make_noise(12)
    model = make_node_model(
        "TreeEnsembleRegressor",
        ["out"],
        dtype=dtype,
        n_targets=3,
        **make_stumps("target", ids.tolist(), weights.tolist(), mode),
    )
    hold(model, np.concatenate([AT_THRESHOLDS, make_noise(4, D)]).astype(helper.tensor_dtype_to_np_dtype(dtype)))


@pytest.mark.parametrize("aggregate", ["SUM", "AVERAGE"])
def test_trees_add_a_base(aggregate: str) -> None:
    stumps = make_stumps("target", (np.arange(12) % 2).tolist(), make_noise(12).tolist(), "BRANCH_LEQ")
    options = {"n_targets": 2, "base_values": [0.5, -0.25], "aggregate_function": aggregate}
    hold(make_node_model("TreeEnsembleRegressor", ["out"], **options, **stumps), make_noise(6, D))


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("classes", [1, 2, 3])
@pytest.mark.parametrize("positive", [True, False], ids=["positive weights", "any weights"])
@pytest.mark.parametrize("labels", NAMES)
def test_classifiers_of_trees(post: str, classes: int, positive: bool, labels: str) -> None:
    name, values = NAMES[labels]
    weights = make_noise(12) / 8
    stumps = make_stumps(
        "class", (np.arange(12) % classes).tolist(), (np.abs(weights) if positive else weights).tolist(), "BRANCH_LEQ"
    )
    options: dict[str, Any] = {name: values[: max(2, classes)], "post_transform": post}
    hold(make_node_model("TreeEnsembleClassifier", ["label", "out"], **options, **stumps), make_noise(6, D))


@pytest.mark.parametrize(("classes", "base"), [(1, [0.3]), (2, [0.3]), (3, [0.3, -0.2, 0.5])])
def test_classifiers_of_trees_add_a_base(classes: int, base: list[float]) -> None:
    stumps = make_stumps("class", (np.arange(12) % classes).tolist(), make_noise(12).tolist(), "BRANCH_LEQ")
    labels = list(range(max(2, classes)))
    options: dict[str, Any] = {"classlabels_int64s": labels, "base_values": base, "post_transform": "LOGISTIC"}
    hold(make_node_model("TreeEnsembleClassifier", ["label", "out"], **options, **stumps), make_noise(6, D))


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_linear_classifiers(post: str, rows: int) -> None:
    model = make_node_model(
        "LinearClassifier",
        ["label", "out"],
        coefficients=make_noise(rows * D).tolist(),
        intercepts=make_noise(rows, seed=1).tolist(),
        classlabels_ints=list(range(max(2, rows))),
        post_transform=post,
        multi_class=0,
    )
    hold(model, make_noise(6, D, seed=2))


@pytest.mark.parametrize("targets", [1, 3])
def test_linear_regressors(targets: int) -> None:
    model = make_node_model(
        "LinearRegressor",
        ["out"],
        coefficients=make_noise(targets * D).tolist(),
        intercepts=make_noise(targets, seed=1).tolist(),
        targets=targets,
    )
    hold(model, make_noise(6, D, seed=2))


@pytest.mark.parametrize("kernel", ["LINEAR", "POLY", "RBF", "SIGMOID"])
@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("coupled", [True, False], ids=["probabilities", "scores"])
def test_support_vector_classifiers(kernel: str, classes: int, coupled: bool) -> None:
    pairs = classes * (classes - 1) // 2
    own: dict[str, Any] = {}
    if coupled:
        own = {"prob_a": [-1.5] * pairs, "prob_b": make_noise(pairs, seed=3).tolist()}
    model = make_node_model(
        "SVMClassifier",
        ["label", "out"],
        kernel_type=kernel,
        kernel_params=[0.2, 0.5, 3.0],
        vectors_per_class=[3] * classes,
        support_vectors=make_noise(3 * classes * D).tolist(),
        coefficients=make_noise((classes - 1) * 3 * classes, seed=1).tolist(),
        rho=make_noise(pairs, seed=2).tolist(),
        classlabels_ints=list(range(classes)),
        **own,
    )
    hold(model, make_noise(6, D, seed=4), atol=5e-6)


@pytest.mark.parametrize("kernel", ["LINEAR", "RBF"])
def test_support_vector_regressors(kernel: str) -> None:
    model = make_node_model(
        "SVMRegressor",
        ["out"],
        kernel_type=kernel,
        kernel_params=[0.2, 0.5, 3.0],
        n_supports=7,
        support_vectors=make_noise(7 * D).tolist(),
        coefficients=make_noise(7, seed=1).tolist(),
        rho=[0.25],
    )
    hold(model, make_noise(4, D, seed=4))


STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "scaler": ("Scaler", {"offset": make_noise(D).tolist(), "scale": make_noise(D, seed=1).tolist()}),
    "scaler of one number": ("Scaler", {"offset": [0.5], "scale": [1 / 3]}),
    "largest norm": ("Normalizer", {"norm": "MAX"}),
    "l1 norm": ("Normalizer", {"norm": "L1"}),
    "l2 norm": ("Normalizer", {"norm": "L2"}),
    "binarizer": ("Binarizer", {"threshold": 0.25}),
    "imputer of NaN": (
        "Imputer",
        {"imputed_value_floats": make_noise(D).tolist(), "replaced_value_float": float("nan")},
    ),
    "imputer of a number": ("Imputer", {"imputed_value_floats": [9.0], "replaced_value_float": 0.25}),
}


@pytest.mark.parametrize("step", STEPS)
def test_steps_before_a_classifier(step: str) -> None:
    op_type, attributes = STEPS[step]
    special = np.float32([[0, 0, 0, 0, 0], [np.nan, 1, 2, np.nan, -3] if "NaN" in step else [1, 2, 0.25, -4, 0.25]])
    hold(make_node_model(op_type, ["out"], **attributes), np.concatenate([special, make_noise(4, D)]))


@pytest.mark.parametrize("shape", [(1, D), (2, 3, D), (D,)])
def test_columns_by_their_numbers(shape: tuple[int, ...]) -> None:
    node = helper.make_node("ArrayFeatureExtractor", ["x", "places"], ["out"], domain="ai.onnx.ml")
    places = helper.make_tensor("places", TensorProto.INT64, [3], [4, 0, 0])
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [places],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8
    )
    feeds = {"x": make_noise(*shape)}
    (expected,) = run_onnxruntime(model, feeds)
    (received,) = run_program(compile_model(model, feeds), [*feeds.values()])
    assert received.shape == expected.shape
    np.testing.assert_array_equal(received, expected)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "with nodes BRANCH_EQ": (
        "TreeEnsembleRegressor",
        {"n_targets": 1, **make_stumps("target", [0] * 3, [1.0] * 3, "BRANCH_EQ")},
    ),
    "with aggregate_function MAX": (
        "TreeEnsembleRegressor",
        {"n_targets": 1, "aggregate_function": "MAX", **make_stumps("target", [0] * 3, [1.0] * 3, "BRANCH_LEQ")},
    ),
    "no tree with its root first": (
        "TreeEnsembleRegressor",
        {
            "n_targets": 1,
            **make_stumps("target", [0] * 3, [1.0] * 3, "BRANCH_LEQ"),
            "nodes_truenodeids": [1, 0, 2, 0, 0],
        },
    ),
    "with two base_values for two classes": (
        "TreeEnsembleClassifier",
        {
            "classlabels_int64s": [0, 1],
            "base_values": [0.1, 0.2],
            **make_stumps("class", [0, 1, 1], [1.0] * 3, "BRANCH_LEQ"),
        },
    ),
    "with post_transform PROBIT": (
        "LinearRegressor",
        {"targets": 1, "coefficients": [1.0] * D, "intercepts": [0.0], "post_transform": "PROBIT"},
    ),
    "with 4 coefficients": ("LinearRegressor", {"targets": 1, "coefficients": [1.0] * 4, "intercepts": [0.0]}),
    "programs do not have it": ("CategoryMapper", {}),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_compiled_is_named(words: str) -> None:
    op_type, attributes = REFUSED[words]
    with pytest.raises(UnsupportedModelError, match=f"{op_type} of out: .*{words}"):
        compile_model(make_node_model(op_type, ["out"], **attributes), {"x": make_noise(1, D)})
