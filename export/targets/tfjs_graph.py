"""Target `tfjs-graph`: a TF.js graph model of the whole baked function, optimized by TensorFlow's Grappler."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.quantization.storage.tfjs_weights import store_graph_weights
from webparity.export.targets.cached_per_model import cached_per_model
from webparity.export.targets.target import Runner, Target
from webparity.export.tfjs.files import load_graph_function, read_model, trace_graph_model, write_model
from webparity.export.tfjs.operators import find_graph_backends, read_tfjs_weights
from webparity.models import refusals
from webparity.models.baked import Baked, list_tap_shapes
from webparity.models.tensorflow_log import import_tensorflow_quietly
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked
    from webparity.models.keras.baked import KerasBaked


@cached_per_model
def _trace_graph(baked: Baked) -> tuple[dict[str, Any], list[tuple[str, NDArray[Any]]]]:
    if baked.kind == "keras":
        network = cast("KerasBaked", baked).inference_model
        return trace_graph_model(network.compute_taps, network.network)
    # A classifier comes without TensorFlow.
    import_tensorflow_quietly()
    from webparity.export.tensorflow.estimator import build_estimator_function

    return trace_graph_model(build_estimator_function(cast("EstimatorBaked", baked)))


def _make_signature(baked: Baked) -> dict[str, Any]:
    kind, shapes = get_output_kind(baked.output), list_tap_shapes(baked)

    def make_entry(name: str, dtype: str, shape: Sequence[int]) -> dict[str, Any]:
        return {"name": f"{name}:0", "dtype": dtype, "tensorShape": {"dim": [{"size": str(n)} for n in shape]}}

    return {
        "inputs": {"image": make_entry("image", "DT_UINT8", [-1, -1, -1, 3])},
        "outputs": {tap: make_entry(tap, "DT_FLOAT", [-1, *shapes[tap]]) for tap in (*kind.numbers, "pixels")},
    }


def _find_refusal(baked: Baked) -> str | None:
    if baked.kind == "keras":
        try:
            _trace_graph(baked)
        except ExportError as error:
            return str(error)
        return None
    if baked.kind == "onnx":
        return str(refusals.ONNX_TO_TFJS("an ONNX file"))
    from webparity.export.classifiers.classifier import find_refusal

    return find_refusal(cast("EstimatorBaked", baked))


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, plan: QuantizationPlan | None) -> Artifact:
    precision = plan.precision if plan else "float32"
    kept, weights = _trace_graph(baked)
    topology = deepcopy(kept)  # store_graph_weights adds scales of quantized weights to it
    described, data = store_graph_weights(topology, weights, plan.pairs if plan else [])
    document = {
        "format": "graph-model",
        "signature": _make_signature(baked),
        "userDefinedMetadata": {
            "producer": "webparity",
            "contract": baked.preprocessing.contract,
            "labels": list(labels),
        },
        "modelTopology": topology,
    }
    paths = write_model(writer, f"model/tfjs-graph-{precision}/model", document, described, data)
    return Artifact(
        id=f"tfjs-graph-{precision}",
        target="tfjs-graph",
        precision=precision,
        entry=paths[0],
        files=paths,
        bytes=sum(writer.files[path].bytes for path in paths),
        ops=sorted({node["op"] for node in topology["node"]}),
        input="image",
        outputs={tap: tap for tap in get_output_kind(baked.output).taps},
    )


def _run_tensors(folder: Path, artifact: Artifact, images: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Run the graph on uint8 [1, H, W, 3] and return the float32 output of every node."""
    import tensorflow as tf

    document, weights = read_model(folder / artifact.entry)
    nodes = [node["name"] for node in document["modelTopology"]["node"] if node["op"] not in {"Const", "Placeholder"}]
    graph = load_graph_function(document["modelTopology"], weights, nodes)
    values = [value.numpy() for value in graph(tf.constant(images))]
    return [array for array in values if isinstance(array, np.ndarray) and array.dtype == np.float32]


def _open(folder: Path, artifact: Artifact) -> Runner:
    """Open the written graph in TensorFlow: the same nodes and weights that TF.js loads."""
    import tensorflow as tf

    document, weights = read_model(folder / artifact.entry)
    taps = list(artifact.outputs)
    graph = load_graph_function(document["modelTopology"], weights, taps)

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        return {tap: value.numpy() for tap, value in zip(taps, graph(tf.constant(images)), strict=True)}

    return run


TARGET = Target(
    name="tfjs-graph",
    summary="a TF.js graph model for cpu, wasm and webgl",
    write=_write,
    open=_open,
    backends=find_graph_backends,
    weights=read_tfjs_weights,
    tensors=_run_tensors,
    refusal=_find_refusal,
    never_default=frozenset({"onnx"}),
)
