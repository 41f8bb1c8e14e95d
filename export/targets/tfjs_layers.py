"""Target `tfjs-layers`: a TF.js layers model, which can be inspected and trained on in the browser.

The preprocessing stands in front of it as one layer of our own, `WebparityPreprocessing`, which runs the very graph
that `tfjs-graph` begins with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.errors import UnsupportedModelError
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.quantization.storage.tfjs_weights import store_graph_weights, store_layers_weights
from webparity.export.targets.target import Runner, Target
from webparity.export.tfjs.files import read_model, trace_graph_model, write_model
from webparity.export.tfjs.layers.topology import SymbolicTensor, Topology
from webparity.export.tfjs.operators import find_layers_backends, read_tfjs_weights
from webparity.models import refusals
from webparity.models.baked import Baked
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.taps import ANSWER_ORDER, Tap

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked

PREPROCESSING: Final = "WebparityPreprocessing"


def _build_topology(baked: KerasBaked, graph: str) -> tuple[Topology, dict[Tap, SymbolicTensor]]:
    """Build the topology of the whole model, and return it with the tensors of its taps.

    Args:
        baked: the network.
        graph: file name of the preprocessing's graph.

    Raises:
        UnsupportedModelError: TF.js lacks a layer.
    """
    from webparity.export.tfjs.layers.writers import add_network

    spec, topology = baked.preprocessing, Topology()
    shape = (spec.height, spec.width, spec.depth)
    image = topology.add(
        "InputLayer", [], (), name="image", config={"batch_input_shape": [None, None, None, 3], "dtype": "int32"}
    )
    pixels = topology.add(
        PREPROCESSING,
        [image],
        shape,
        name="preprocessing",
        config={"graph": graph, "pixels": list(shape), "values": list(spec.values_shape)},
    )
    end = add_network(topology, baked.inference_model.network, SymbolicTensor(pixels.layer, 1, spec.values_shape))
    return topology, {**_add_answers(topology, end, baked.output), "pixels": pixels}


def _add_answers(topology: Topology, end: SymbolicTensor, output: ModelOutput) -> dict[Tap, SymbolicTensor]:
    """Add the taps but `pixels`, the answer first; of two classes, one sigmoid of s is the softmax of [0, s]."""
    kind = get_output_kind(output)
    if kind.answer != "probabilities":
        return {kind.answer: _add_identity(topology, end, kind.answer)}
    last = topology.layers[-1]
    activation = last.config.get("activation") if last.class_name == "Activation" and last.name == end.layer else None
    if activation == ("sigmoid" if kind.name == "multilabel" else "softmax"):
        scores = _add_identity(topology, last.inputs[0], "scores")
    elif activation == "sigmoid" and end.shape == (1,) and kind.label_stage == "top1":
        scores = topology.add(
            "Dense",
            last.inputs,
            (2,),
            name="scores",
            config={"units": 2, "use_bias": False},
            weights={"kernel": np.array([[0, 1]], np.float32)},
        )
    else:
        if end.shape == (1,) and kind.label_stage == "top1":
            end = _add_two_classes(topology, end)
        scores = _add_identity(topology, end, "scores")
        return {"probabilities": _add_identity(topology, end, "probabilities"), "scores": scores}
    topology.layers.remove(last)
    head = {"activation": "sigmoid" if kind.name == "multilabel" else "softmax"}
    probabilities = topology.add("Activation", [scores], scores.shape, name="probabilities", config=head)
    return {"probabilities": probabilities, "scores": scores}


def _add_two_classes(topology: Topology, positive: SymbolicTensor) -> SymbolicTensor:
    """Add the two classes [1 - p, p] of a probability p that is not a known sigmoid."""
    weights = {"kernel": np.array([[-1, 1]], np.float32), "bias": np.array([1, 0], np.float32)}
    config = {"units": 2, "use_bias": True}
    return topology.add("Dense", [positive], (2,), name="classes", config=config, weights=weights)


def _add_identity(topology: Topology, source: SymbolicTensor, name: str) -> SymbolicTensor:
    return topology.add("Activation", [source], source.shape, name=name, config={"activation": "linear"})


def _find_refusal(baked: Baked) -> str | None:
    if baked.kind != "keras":
        return str(refusals.NO_LAYERS(f"a model of {baked.kind}"))
    try:
        _build_topology(cast("KerasBaked", baked), "")
    except UnsupportedModelError as error:
        return str(error)
    return None


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, plan: QuantizationPlan | None) -> Artifact:
    network = cast("KerasBaked", baked)
    precision = plan.precision if plan else "float32"
    folder = f"model/tfjs-layers-{precision}"
    graph, constants = trace_graph_model(network.preprocess)
    front = write_model(
        writer,
        f"{folder}/preprocessing",
        {"format": "graph-model", "modelTopology": graph},
        *store_graph_weights(graph, constants, []),
    )
    topology, taps = _build_topology(network, Path(front[0]).name)
    weights = [(f"{layer.name}/{name}", values) for layer in topology.layers for name, values in layer.weights.items()]
    document = {
        "format": "layers-model",
        "userDefinedMetadata": {
            "producer": "webparity",
            "contract": baked.preprocessing.contract,
            "labels": list(labels),
        },
        "modelTopology": topology.to_json(list(taps.values())),
    }
    back = write_model(writer, f"{folder}/model", document, *store_layers_weights(weights, plan.pairs if plan else []))
    paths = [*back, *front]
    return Artifact(
        id=f"tfjs-layers-{precision}",
        target="tfjs-layers",
        precision=precision,
        entry=paths[0],
        files=paths,
        bytes=sum(writer.files[path].bytes for path in paths),
        ops=sorted({node["op"] for node in graph["node"]} | {layer.class_name for layer in topology.layers}),
        input="image",
        outputs={tap: tensor.layer for tap, tensor in taps.items()},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    """Rebuild the written model in Keras: the same layers with the same settings and weights."""
    import tensorflow as tf

    from webparity.export.tfjs.layers.read import load_layers_function

    order = [tap for tap in ANSWER_ORDER if tap in artifact.outputs]
    run_whole = load_layers_function(read_model(folder / artifact.entry), (folder / artifact.entry).parent)

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        values: Any = run_whole(tf.constant(images))
        # The artifact keeps its taps in no order of its own.
        return {tap: value.numpy() for tap, value in zip(order, values, strict=True)}

    return run


TARGET = Target(
    name="tfjs-layers",
    summary="a TF.js layers model for cpu, wasm and webgl",
    write=_write,
    open=_open,
    backends=find_layers_backends,
    weights=read_tfjs_weights,
    refusal=_find_refusal,
    default=False,
    alternative="tfjs-graph",
)
