"""Target `tfjs-graph`: a TF.js graph model of the whole baked function, through TensorFlow's own optimiser."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked
from webparity.bundle.manifest import Artifact, Tap
from webparity.bundle.write import SiteWriter, hashed_name
from webparity.errors import ExportError
from webparity.export.precision.in_tfjs import read_weights, store_weights
from webparity.export.precision.reduction import Reduction
from webparity.export.targets.target import TAPS, Runner, Target
from webparity.export.tfjs_converter import optimised_graph

if TYPE_CHECKING:
    from webparity.baked_estimator import EstimatorBaked
    from webparity.baked_keras import KerasBaked

_SHARD_BYTES: Final = 4 * 1024 * 1024


def _function(baked: Baked) -> Callable[[Any], dict[Tap, Any]]:
    """What is traced: uint8 [N, H, W, 3] to every tap."""
    if baked.kind == "keras":
        graph: Callable[[Any], dict[Tap, Any]] = cast("KerasBaked", baked).at_rest.graph
        return graph
    from webparity.export.estimator_tensorflow import estimator_function  # noqa: PLC0415 - scikit-learn takes a second

    return estimator_function(cast("EstimatorBaked", baked))


def _converted(baked: Baked, reduction: Reduction | None) -> tuple[dict[str, Any], list[dict[str, Any]], bytes]:
    """The graph with its outputs named as the taps, what its weights are, and their bytes."""
    import tensorflow as tf  # noqa: PLC0415 - seconds to import

    signature = [tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")]
    function = tf.function(_function(baked), input_signature=signature).get_concrete_function()
    topology, weights, outputs = optimised_graph(function)
    taps = dict(zip(outputs, sorted(TAPS), strict=True))
    for node in topology["node"]:
        node["name"] = taps.get(node["name"], node["name"])
        if "input" in node:
            node["input"] = [taps.get(name, name) for name in node["input"]]
    missing = set(TAPS) - {node["name"] for node in topology["node"]}
    if missing:
        raise ExportError(f"Expected one node for each output; received none for {', '.join(sorted(missing))}.")
    return topology, *store_weights(topology, weights, reduction.pairs if reduction else [])


def _signature(baked: Baked, classes: int) -> dict[str, Any]:
    spec = baked.preprocessing
    shapes = {
        "probabilities": [-1, classes],
        "scores": [-1, classes],
        "pixels": [-1, spec.height, spec.width, spec.depth],
    }

    def entry(name: str, dtype: str, shape: Sequence[int]) -> dict[str, Any]:
        return {"name": f"{name}:0", "dtype": dtype, "tensorShape": {"dim": [{"size": str(n)} for n in shape]}}

    return {
        "inputs": {"image": entry("image", "DT_UINT8", [-1, -1, -1, 3])},
        "outputs": {tap: entry(tap, "DT_FLOAT", shapes[tap]) for tap in ("probabilities", "scores", "pixels")},
    }


def _refusal(baked: Baked) -> str | None:
    if baked.kind == "keras":
        return None
    from webparity.export.lowering.classifier import refusal  # noqa: PLC0415 - scikit-learn takes a second to import

    return refusal(cast("EstimatorBaked", baked))


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, reduction: Reduction | None) -> Artifact:
    from webparity.baked_keras import tensorflow_version  # noqa: PLC0415 - TensorFlow takes seconds to import

    precision = reduction.precision if reduction else "float32"
    folder = f"model/tfjs-graph-{precision}"
    topology, described, weights = _converted(baked, reduction)
    shards = [weights[i : i + _SHARD_BYTES] for i in range(0, len(weights), _SHARD_BYTES)]
    paths = [writer.put_hashed(f"{folder}/weights", ".bin", shard) for shard in shards]
    document = {
        "format": "graph-model",
        "generatedBy": f"tensorflow {tensorflow_version()}",
        "convertedBy": f"webparity {version('webparity')}, tensorflowjs {version('tensorflowjs')}",
        "signature": _signature(baked, len(labels)),
        "userDefinedMetadata": {"producer": "webparity", "contract": "rgb8/1", "labels": list(labels)},
        "modelTopology": topology,
        "weightsManifest": [{"paths": [Path(path).name for path in paths], "weights": described}],
    }
    data = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    entry = writer.put(f"{folder}/{hashed_name('model', '.json', data)}", data)
    return Artifact(
        id=f"tfjs-graph-{precision}",
        target="tfjs-graph",
        precision=precision,
        entry=entry,
        files=[entry, *paths],
        bytes=len(data) + len(weights),
        ops=sorted({node["op"] for node in topology["node"]}),
        input="image",
        outputs={tap: tap for tap in TAPS},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    """Run the written graph in TensorFlow: the same nodes and weights that TF.js will load."""
    import tensorflow as tf  # noqa: PLC0415 - seconds to import
    from google.protobuf import json_format  # noqa: PLC0415 - comes with TensorFlow

    from webparity.export.tfjs_fusing import unfused  # noqa: PLC0415 - as above

    document = json.loads((folder / artifact.entry).read_text())
    group = document["weightsManifest"][0]
    buffer = b"".join(((folder / artifact.entry).parent / path).read_bytes() for path in group["paths"])
    graph_def = tf.compat.v1.GraphDef()
    json_format.ParseDict(document["modelTopology"], graph_def)
    unfused(graph_def)
    constants = {node.name: node for node in graph_def.node if node.op == "Const"}
    for name, values in read_weights(group["weights"], buffer).items():
        constants[name].attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))

    def imported(image: Any) -> Any:
        return tf.graph_util.import_graph_def(
            graph_def, input_map={"image:0": image}, return_elements=[f"{tap}:0" for tap in TAPS], name=""
        )

    wrapped = tf.compat.v1.wrap_function(imported, [tf.TensorSpec([None, None, None, 3], tf.uint8)])

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        return {tap: value.numpy() for tap, value in zip(TAPS, wrapped(tf.constant(images)), strict=True)}

    return run


TARGET = Target(
    name="tfjs-graph",
    summary="a TF.js graph model for cpu, wasm and webgl",
    write=_write,
    open=_open,
    refusal=_refusal,
)
