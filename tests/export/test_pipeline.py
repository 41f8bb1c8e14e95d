"""The exported bundle: its content, the same bytes each time, and metadata that viewers show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import onnx
import pytest

from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import Bundle, open_bundle, read_source
from webparity.decode.contract import decode_file, digest_rgb8


@pytest.fixture(scope="module")
def bundle(demo_bundle: Path) -> Bundle:
    return open_bundle(demo_bundle)


def _open_onnx(bundle: Bundle) -> Any:
    return onnx.load(bundle.site / bundle.find_artifact("onnx-float32").entry)


def _open_tfjs(bundle: Bundle) -> Any:
    return json.loads((bundle.site / bundle.find_artifact("tfjs-graph-float32").entry).read_text())


def test_the_onnx_file_describes_its_inputs_outputs_and_labels(bundle: Bundle) -> None:
    model = _open_onnx(bundle)
    assert model.opset_import[0].version >= 17
    assert [
        (x.name, [d.dim_param or d.dim_value for d in x.type.tensor_type.shape.dim]) for x in model.graph.input
    ] == [("image", ["N", "H", "W", 3])]
    assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8
    shapes = {x.name: [d.dim_param or d.dim_value for d in x.type.tensor_type.shape.dim] for x in model.graph.output}
    assert shapes == {"probabilities": ["N", 10], "pixels": ["N", 28, 28, 1], "scores": ["N", 10]}
    metadata = {p.key: p.value for p in model.metadata_props}
    assert json.loads(metadata["labels"]) == [str(i) for i in range(10)]
    assert metadata["contract"] == "rgb8/2"


def test_the_onnx_file_has_standard_operators_and_explicit_pads_only(bundle: Bundle) -> None:
    for node in _open_onnx(bundle).graph.node:
        assert node.domain == ""
        assert "auto_pad" not in {attribute.name for attribute in node.attribute}


def test_the_tfjs_model_describes_its_inputs_and_outputs(bundle: Bundle) -> None:
    model = _open_tfjs(bundle)
    assert model["signature"]["inputs"]["image"]["dtype"] == "DT_UINT8"
    shapes = {
        name: [int(d["size"]) for d in entry["tensorShape"]["dim"]]
        for name, entry in model["signature"]["outputs"].items()
    }
    assert shapes == {"probabilities": [-1, 10], "scores": [-1, 10], "pixels": [-1, 28, 28, 1]}
    assert model["userDefinedMetadata"]["labels"] == [str(i) for i in range(10)]
    nodes = {node["name"] for node in model["modelTopology"]["node"]}
    assert {"image", "probabilities", "scores", "pixels"} <= nodes


def test_both_graphs_hold_the_preprocessing_once(bundle: Bundle) -> None:
    products = Counter(node.op_type for node in _open_onnx(bundle).graph.node if node.name.startswith("preprocessing/"))
    assert products["MatMul"] == 3
    ops = Counter(node["op"] for node in _open_tfjs(bundle)["modelTopology"]["node"])
    # The network's own products are fused with what is added to them.
    assert ops["BatchMatMulV2"] + ops["MatMul"] == 3
    assert not {op for op in ops if "Resize" in op or "Scale" in op}


def test_the_golden_set_covers_the_decode_contract(bundle: Bundle) -> None:
    golden = bundle.manifest.golden
    assert len(golden) == 32
    assert sum(image.file.endswith(".jpg") for image in golden) >= 8
    assert len({(image.width, image.height) for image in golden} - {(28, 28)}) >= 8
    titles = " ".join(image.title for image in golden)
    for kind in ("colour", "EXIF 6", "alpha", "palette", "16-bit", "1-bit", "gray", "progressive", "4:2:0"):
        assert kind in titles
    assert {image.title for image in golden if image.sample} == {str(digit) for digit in range(10)}
    for image in golden:
        pixels = decode_file(bundle.site / image.file)
        assert pixels.shape == (image.height, image.width, 3)
        assert digest_rgb8(pixels) == image.rgb8
        probabilities = decode_float32(image.probabilities)
        assert int(probabilities.argmax()) == image.label
        assert abs(float(probabilities.sum()) - 1) < 1e-5


def test_the_source_stays_outside_the_site(bundle: Bundle) -> None:
    source = read_source(bundle)
    assert source.recipe == "mnist-cnn"
    assert source.data.startswith("mnist-subset sha256:")
    assert not list(bundle.site.rglob("*.keras"))


_EXPORT = """
import sys, time
from pathlib import Path
day = float(sys.argv[3]) * 86400
real = time.time
time.time = lambda: real() + day
from webparity.export.inputs.run import make_exportable_run
from webparity.export.pipeline import write_bundle
from webparity.train.trained import load_run
write_bundle(make_exportable_run(load_run(Path(sys.argv[1]))), Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_two_processes_on_different_dates_write_the_same_bytes(
    bundle: Bundle, trained_run: Path, tmp_path: Path
) -> None:
    for days, hash_seed in (("0", "1"), ("400", "2")):
        subprocess.run(
            [sys.executable, "-c", _EXPORT, str(trained_run), str(tmp_path / days), days],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
    first = _read_contents(tmp_path / "0")
    assert first == _read_contents(tmp_path / "400")
    assert first == _read_contents(bundle.site.parent)


def _read_contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
