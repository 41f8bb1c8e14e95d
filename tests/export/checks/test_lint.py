"""Lint lists the backends that run an artifact, and refuses what runtimes read differently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from webparity.bundle.manifest import Artifact
from webparity.errors import ExportError
from webparity.export.checks.lint import lint
from webparity.export.target_selection import discover_targets
from webparity.export.tfjs.operators import read_tfjs_operators

ONNX = Artifact(
    id="onnx-float32",
    target="onnx",
    precision="float32",
    entry="model.onnx",
    files=["model.onnx"],
    bytes=0,
    ops=[],
    input="image",
    outputs={},
)


def _write_model(folder: Path, node: onnx.NodeProto, *weights: np.ndarray, opset: int = 17) -> None:
    tensors = [numpy_helper.from_array(values, f"w{number}") for number, values in enumerate(weights)]
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 5, 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        tensors,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]), folder / "model.onnx")


def test_an_ordinary_model_runs_everywhere(tmp_path: Path) -> None:
    _write_model(tmp_path, helper.make_node("Mul", ["x", "w0"], ["y"]), np.ones(5, np.float32))
    artifact = lint(discover_targets()["onnx"], tmp_path, ONNX)
    assert artifact.backends == ["onnxruntime", "onnxruntime-node", "onnxruntime-web:wasm"]
    assert artifact.warnings == []


def test_values_beyond_float16_are_named(tmp_path: Path) -> None:
    _write_model(tmp_path, helper.make_node("Mul", ["x", "w0"], ["y"]), np.array([1, 7e4], np.float32))
    assert "beyond float16 in w0" in lint(discover_targets()["onnx"], tmp_path, ONNX).warnings[0]


@pytest.mark.parametrize(
    ("node", "opset", "words"),
    [
        (helper.make_node("Conv", ["x", "w0"], ["y"], auto_pad="SAME_UPPER"), 17, "auto_pad=SAME_UPPER"),
        (helper.make_node("ZipMap", ["x"], ["y"], domain="ai.onnx.ml"), 17, "ZipMap"),
        (helper.make_node("Relu", ["x"], ["y"]), 25, "opset 21 of ai.onnx"),
    ],
    ids=["auto_pad", "ZipMap", "opset"],
)
def test_weights_that_runtimes_read_differently_are_refused(
    tmp_path: Path, node: onnx.NodeProto, opset: int, words: str
) -> None:
    _write_model(tmp_path, node, np.ones((1, 1, 3, 3), np.float32), opset=opset)
    with pytest.raises(ExportError, match=words):
        lint(discover_targets()["onnx"], tmp_path, ONNX)


def test_a_backend_without_an_operator_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"weightsManifest": [{"paths": [], "weights": []}]}')
    graph = replace(ONNX, id="tfjs-graph-float32", target="tfjs-graph", entry="model.json", ops=["Einsum", "Relu"])
    artifact = lint(discover_targets()["tfjs-graph"], tmp_path, graph)
    assert artifact.backends == ["tfjs:cpu", "tfjs:webgl"]
    assert artifact.warnings == ["tfjs:wasm cannot run it: it lacks Einsum"]
    with pytest.raises(ExportError, match="NoSuchThing"):
        lint(discover_targets()["tfjs-graph"], tmp_path, replace(graph, ops=["NoSuchThing"]))


def test_the_table_has_operators_of_every_backend() -> None:
    assert set(read_tfjs_operators()) == {"tfjs:cpu", "tfjs:wasm", "tfjs:webgl"}
    for ops in read_tfjs_operators().values():
        assert {"Const", "_FusedConv2D", "FusedDepthwiseConv2dNative", "BatchMatMulV2", "TopKV2", "Mean"} <= ops
