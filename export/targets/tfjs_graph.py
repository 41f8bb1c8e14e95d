"""Target `tfjs-graph`: a TF.js graph model of the whole baked function, through TensorFlow's own optimiser."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.baked_keras import KerasBaked
from webparity.bundle.manifest import Artifact, Tap
from webparity.bundle.write import SiteWriter, hashed_name
from webparity.errors import ExportError
from webparity.export.targets.target import TAPS, Runner, Target
from webparity.export.tfjs_converter import convert_saved_model

_SHARD_BYTES: Final = 4 * 1024 * 1024
_FOLDER: Final = "model/tfjs-graph-float32"
_INNER: Final = "StatefulPartitionedCall/"


def _converted(baked: KerasBaked) -> tuple[dict[str, Any], bytes]:
    """The converter's model.json and all weights as one buffer."""
    import tensorflow as tf  # noqa: PLC0415 - seconds to import

    signature = [tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")]
    module = tf.Module()
    module.network = baked.network
    module.function = tf.function(baked.graph, input_signature=signature)
    with tempfile.TemporaryDirectory() as folder:
        saved, out = Path(folder) / "saved", Path(folder) / "tfjs"
        tf.saved_model.save(module, saved, signatures=module.function.get_concrete_function())
        convert_saved_model(saved, out)
        model = json.loads((out / "model.json").read_text())
        groups = model.pop("weightsManifest")
        buffer = b"".join((out / path).read_bytes() for group in groups for path in group["paths"])
    model["weights"] = [weight for group in groups for weight in group["weights"]]
    return model, buffer


def _renamed(model: dict[str, Any]) -> dict[str, Any]:
    """Give the outputs their taps' names and drop TensorFlow's wrapper from all others."""
    # TensorFlow flattens the dict of outputs in the order of its sorted keys.
    outputs = {("Identity" if i == 0 else f"Identity_{i}"): tap for i, tap in enumerate(sorted(TAPS))}

    def rename(name: str) -> str:
        name, control = name.removeprefix("^"), name.startswith("^")
        return ("^" if control else "") + outputs.get(name, name.replace(_INNER, ""))

    nodes = model["modelTopology"]["node"]
    names = [rename(node["name"]) for node in nodes]
    if len(set(names)) != len(names) or not set(TAPS) <= set(names):
        raise ExportError(
            f"Expected one node each for {', '.join(TAPS)}; received {sorted(set(TAPS) - set(names))} missing."
        )
    for node in nodes:
        node["name"] = rename(node["name"])
        if "input" in node:
            node["input"] = [rename(name) for name in node["input"]]
    for weight in model["weights"]:
        weight["name"] = rename(weight["name"])
    return model


def _signature(model: dict[str, Any], baked: KerasBaked, classes: int) -> dict[str, Any]:
    spec = baked.preprocessing
    shapes = {
        "probabilities": [-1, classes],
        "scores": [-1, classes],
        "pixels": [-1, spec.height, spec.width, spec.depth],
    }

    def entry(name: str, dtype: str, shape: Sequence[int]) -> dict[str, Any]:
        return {"name": f"{name}:0", "dtype": dtype, "tensorShape": {"dim": [{"size": str(n)} for n in shape]}}

    del model["signature"]
    return {
        "inputs": {"image": entry("image", "DT_UINT8", [-1, -1, -1, 3])},
        "outputs": {tap: entry(tap, "DT_FLOAT", shapes[tap]) for tap in ("probabilities", "scores", "pixels")},
    }


def _write(baked: KerasBaked, labels: Sequence[str], writer: SiteWriter) -> Artifact:
    model, weights = _converted(baked)
    model = _renamed(model)
    shards = [weights[i : i + _SHARD_BYTES] for i in range(0, len(weights), _SHARD_BYTES)]
    paths = [writer.put_hashed(f"{_FOLDER}/weights", ".bin", shard) for shard in shards]
    document = {
        "format": "graph-model",
        "generatedBy": model["generatedBy"],
        "convertedBy": model["convertedBy"],
        "signature": _signature(model, baked, len(labels)),
        "userDefinedMetadata": {"producer": "webparity", "contract": "rgb8/1", "labels": list(labels)},
        "modelTopology": model["modelTopology"],
        "weightsManifest": [{"paths": [Path(path).name for path in paths], "weights": model["weights"]}],
    }
    data = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    entry = writer.put(f"{_FOLDER}/{hashed_name('model', '.json', data)}", data)
    return Artifact(
        id="tfjs-graph-float32",
        target="tfjs-graph",
        precision="float32",
        entry=entry,
        files=[entry, *paths],
        bytes=len(data) + len(weights),
        ops=sorted({node["op"] for node in model["modelTopology"]["node"]}),
        input="image",
        outputs={tap: tap for tap in TAPS},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    """Run the written graph in TensorFlow: the same nodes and weights that TF.js will load."""
    import tensorflow as tf  # noqa: PLC0415 - seconds to import
    from google.protobuf import json_format  # noqa: PLC0415 - comes with TensorFlow

    document = json.loads((folder / artifact.entry).read_text())
    group = document["weightsManifest"][0]
    buffer = b"".join(((folder / artifact.entry).parent / path).read_bytes() for path in group["paths"])
    graph_def = tf.compat.v1.GraphDef()
    json_format.ParseDict(document["modelTopology"], graph_def)
    constants = {node.name: node for node in graph_def.node if node.op == "Const"}
    offset = 0
    for weight in group["weights"]:
        dtype = np.dtype(weight["dtype"]).newbyteorder("<")
        count = int(np.prod(weight["shape"], dtype=np.int64))
        values = np.frombuffer(buffer, dtype, count, offset).reshape(weight["shape"])
        constants[weight["name"]].attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))
        offset += values.nbytes

    def imported(image: Any) -> Any:
        return tf.graph_util.import_graph_def(
            graph_def, input_map={"image:0": image}, return_elements=[f"{tap}:0" for tap in TAPS], name=""
        )

    wrapped = tf.compat.v1.wrap_function(imported, [tf.TensorSpec([None, None, None, 3], tf.uint8)])

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        return {tap: value.numpy() for tap, value in zip(TAPS, wrapped(tf.constant(images)), strict=True)}

    return run


TARGET = Target(name="tfjs-graph", summary="a TF.js graph model for cpu, wasm and webgl", write=_write, open=_open)
