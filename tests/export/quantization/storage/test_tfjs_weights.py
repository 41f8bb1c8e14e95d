from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from webparity.errors import ExportError
from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.quantized_weight import Float16Weight, Int8Weight, round_to_float16
from webparity.export.quantization.rounding import compute_finest_steps, quantize
from webparity.export.quantization.storage.tfjs_weights import read_weights, store_graph_weights

ROOT = Path(__file__).parents[4]
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(20, 30)).astype(np.float32)
WEIGHT = Weight(name="w", node=helper.make_node("MatMul", ["x", "w"], ["y"]), values=VALUES)


def _make_topology(*, transposed: bool = False) -> dict[str, Any]:
    return {
        "node": [
            {"name": "kernel", "op": "Const", "attr": {}},
            {"name": "y", "op": "MatMul", "input": ["x", "kernel"], "attr": {"transpose_b": {"b": transposed}}},
        ]
    }


def _quantize_by_channel() -> Int8Weight:
    return quantize(VALUES, compute_finest_steps(VALUES, by_channel=True))


def _quantize_by_tensor() -> Int8Weight:
    return quantize(VALUES, compute_finest_steps(VALUES, by_channel=False))


def _make_float16() -> Float16Weight:
    halves = round_to_float16(VALUES)
    assert halves is not None
    return halves


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("make", [_quantize_by_tensor, _quantize_by_channel, _make_float16])
def test_stored_weights_are_read_back_to_the_bit(make: Any, transposed: bool) -> None:
    small, topology = make(), _make_topology(transposed=transposed)
    stored = VALUES.T if transposed else VALUES
    arrays = [("before", np.arange(3, dtype=np.int32)), ("kernel", stored), ("bias", stored[0])]
    described, data = store_graph_weights(topology, arrays, [(WEIGHT, small)])
    read = read_weights(described, data)
    kernel = read["kernel"] * read["kernel/scale"] if "kernel/scale" in read else read["kernel"]
    assert np.array_equal(kernel, small.values.T if transposed else small.values)
    assert np.array_equal(read["before"], arrays[0][1])
    assert np.array_equal(read["bias"], stored[0])
    reader = next(node for node in topology["node"] if node["name"] == "y")
    assert reader["input"][1] == ("kernel/scaled" if "kernel/scale" in read else "kernel")
    assert len(data) < VALUES.nbytes * (0.6 if isinstance(small, Float16Weight) else 0.5)


def test_without_reduced_weights_the_bytes_are_as_before() -> None:
    described, data = store_graph_weights(_make_topology(), [("kernel", VALUES)], [])
    assert described == [{"name": "kernel", "shape": [20, 30], "dtype": "float32"}]
    assert data == VALUES.tobytes()


def test_a_weight_that_the_graph_does_not_have_is_named() -> None:
    with pytest.raises(ExportError, match="weight w in the TF"):
        store_graph_weights(_make_topology(), [("kernel", VALUES + 1)], [(WEIGHT, _quantize_by_tensor())])


@pytest.mark.slow
def test_tfjs_reads_what_python_reads(tmp_path: Path) -> None:
    halves = Float16Weight(codes=np.arange(0x7C00, dtype=np.uint16).view(np.float16).reshape(-1, 64))
    weight = Weight(name="h", node=WEIGHT.node, values=halves.values)
    topology = _make_topology()
    topology["node"].append({"name": "z", "op": "MatMul", "input": ["x", "halves"], "attr": {}})
    arrays = [("halves", halves.values), ("kernel", VALUES)]
    described, data = store_graph_weights(topology, arrays, [(WEIGHT, _quantize_by_tensor()), (weight, halves)])
    (tmp_path / "weights.bin").write_bytes(data)
    script = """
      const tf = require('@tensorflow/tfjs-core');
      const data = require('fs').readFileSync(process.argv[1]);
      const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
      require('@tensorflow/tfjs-backend-cpu');
      const read = tf.io.decodeWeights(buffer, JSON.parse(process.argv[2]));
      const bits = (t) => Array.from(new Uint32Array(new Float32Array(t.dataSync()).buffer));
      console.log(JSON.stringify(Object.fromEntries(Object.entries(read).map(([k, t]) => [k, bits(t)]))));
    """
    done = subprocess.run(
        [ROOT / "scripts" / "with-node", "node", "-e", script, str(tmp_path / "weights.bin"), json.dumps(described)],
        cwd=ROOT / "web",
        env=os.environ,
        capture_output=True,
        check=True,
    )
    received = json.loads(done.stdout)
    for name, values in read_weights(described, data).items():
        assert received[name] == values.ravel().view(np.uint32).tolist()
