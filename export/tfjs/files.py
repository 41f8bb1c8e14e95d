"""Files of TF.js models: `model.json` with topology and weights manifest, and shards of weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export.quantization.storage.tfjs_weights import read_weights
from webparity.export.tfjs.converter import convert_function

_SHARD_BYTES: Final = 4 * 1024 * 1024


def write_model(
    writer: SiteWriter, stem: str, document: dict[str, Any], described: list[dict[str, Any]], weights: bytes
) -> list[str]:
    """Write a model's files, named by the hash of their content.

    Args:
        writer: of the site.
        stem: folder and first word of the name, such as `model/tfjs-graph-float32/model`.
        document: `model.json` without its weights manifest.
        described: the entries of the weights manifest, in the order of their bytes.
        weights: the bytes.

    Returns:
        The paths: `model.json` first, then the shards.
    """
    from webparity.models.keras.baked import get_tensorflow_version

    shards = [weights[i : i + _SHARD_BYTES] for i in range(0, len(weights), _SHARD_BYTES)]
    paths = [writer.put_hashed(f"{stem.rpartition('/')[0]}/weights", ".bin", shard) for shard in shards]
    whole = {
        "generatedBy": f"tensorflow {get_tensorflow_version()}",
        "convertedBy": f"webparity {version('webparity')}, tensorflowjs {version('tensorflowjs')}",
        **document,
        "weightsManifest": [{"paths": [Path(path).name for path in paths], "weights": described}],
    }
    data = json.dumps(whole, separators=(",", ":"), sort_keys=True).encode()
    return [writer.put_hashed(stem, ".json", data), *paths]


def read_model(file: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read `model.json`, and the weights by name as TF.js computes with them."""
    document = json.loads(file.read_text())
    (group,) = document["weightsManifest"]
    data = b"".join((file.parent / path).read_bytes() for path in group["paths"])
    return document, read_weights(group["weights"], data)


def trace_graph_model(
    function: Callable[[Any], dict[Any, Any]], network: Any = None
) -> tuple[dict[str, Any], list[tuple[str, NDArray[Any]]]]:
    """Trace a function of `image`, uint8 [N, H, W, 3], as a TF.js graph.

    Args:
        function: gives a dict of tensors.
        network: the Keras network that it runs; without one, the order of sums is kept for double-float arithmetic.

    Returns:
        The topology, whose output nodes are named as the dict's keys, and its weights by name.

    Raises:
        ExportError: TF.js lacks an operator, or two outputs are the same node.
    """
    import tensorflow as tf

    from webparity.export.tensorflow.large_kernels import trace_with_kernel_inputs

    graph = trace_with_kernel_inputs(function, tf.TensorSpec([None, None, None, 3], tf.uint8, name="image"), network)
    topology, weights, outputs = convert_function(graph.function, graph.kernels, in_order=network is None)
    names = dict(zip(outputs, sorted(graph.function.structured_outputs), strict=True))
    for node in topology["node"]:
        node["name"] = names.get(node["name"], node["name"])
        if "input" in node:
            node["input"] = [names.get(name, name) for name in node["input"]]
    missing = set(names.values()) - {node["name"] for node in topology["node"]}
    if missing:
        raise ExportError(f"Expected one node for each output; received none for {', '.join(sorted(missing))}.")
    return topology, weights


def load_graph_function(
    topology: dict[str, Any], weights: dict[str, NDArray[Any]], outputs: Sequence[str]
) -> Callable[[Any], list[Any]]:
    """Load a written graph as a TensorFlow function of a uint8 tensor [N, H, W, 3] that gives some outputs in order."""
    import tensorflow as tf
    from google.protobuf import json_format

    from webparity.export.tfjs.operator_fusion import unfuse_depthwise

    graph = tf.compat.v1.GraphDef()
    json_format.ParseDict(topology, graph)
    unfuse_depthwise(graph)
    constants = {node.name: node for node in graph.node if node.op == "Const"}
    for name, values in weights.items():
        constants[name].attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))

    def import_graph(image: Any) -> Any:
        return tf.graph_util.import_graph_def(
            graph, input_map={"image:0": image}, return_elements=[f"{name}:0" for name in outputs], name=""
        )

    function = tf.compat.v1.wrap_function(import_graph, [tf.TensorSpec([None, None, None, 3], tf.uint8)])

    def run(image: Any) -> list[Any]:
        options = tf.config.optimizer
        before = options.get_experimental_options().get("arithmetic_optimization", True)
        # TensorFlow would reorder sums, TF.js does not; see `freeze_graph`.
        options.set_experimental_options({"arithmetic_optimization": False})
        try:
            return list(function(image))
        finally:
            options.set_experimental_options({"arithmetic_optimization": before})

    return run
