"""Target `onnx`: preprocessing traced straight to ONNX, the network by tf2onnx, merged into one file."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from webparity.bundle.manifest import Artifact, Tap
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export.canonical import canonicalise
from webparity.export.targets.target import TAPS, Runner, Target
from webparity.preprocessing.graph import normalised, resized_pixels
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor

if TYPE_CHECKING:
    from webparity.baked_keras import KerasBaked

# skl2onnx's neighbours break on 18, and every runtime of the pinned set reads 17.
OPSET: Final = 17
_IR_VERSION: Final = 8
_NETWORK: Final = "network/"


def _preprocessing(baked: KerasBaked) -> ModelProto:
    spec = baked.preprocessing
    ops = OnnxOps("preprocessing")
    pixels = resized_pixels(ops, OnnxTensor(ops, "image"), spec)
    values = normalised(ops, pixels, spec)
    shape: list[str | int | None] = ["N", spec.height, spec.width, spec.depth]
    ops.node("Identity", pixels)
    ops.nodes[-1].output[0] = "pixels"
    graph = helper.make_graph(
        ops.nodes,
        "preprocessing",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("pixels", values.name)],
        list(ops.initializers.values()),
    )
    return _model(graph)


def _network(baked: KerasBaked) -> ModelProto:
    import tensorflow as tf  # noqa: PLC0415 - seconds to import, and only this function needs it
    import tf2onnx  # noqa: PLC0415 - as above

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    spec = baked.preprocessing
    signature = [tf.TensorSpec([None, spec.height, spec.width, spec.depth], tf.float32, name="values")]
    function = tf.function(baked.head, input_signature=signature)
    model, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET)
    outputs = {tap: f"{_NETWORK}{tap}" for tap in ("probabilities", "scores")}
    graph = onnx.compose.add_prefix_graph(model.graph, _NETWORK, rename_inputs=True)
    # Two outputs in the order of their sorted names, as TensorFlow flattens a dict.
    renamed = dict(zip([output.name for output in graph.output], sorted(outputs.values()), strict=True))
    _rename(graph, renamed)
    return _model(graph)


def _rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in [*graph.output, *graph.value_info, *graph.input]:
        value.name = names.get(value.name, value.name)


def _model(graph: onnx.GraphProto) -> ModelProto:
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION)


def build(baked: KerasBaked, labels: Sequence[str]) -> ModelProto:
    """Make the whole model: uint8 [N, H, W, 3] to `probabilities`, with `scores` and `pixels` beside.

    Args:
        baked: the model with its preprocessing.
        labels: class names, kept in the file's metadata.

    Raises:
        ExportError: tf2onnx left something no runtime knows, or padding that depends on the runtime.
    """
    front, back = _preprocessing(baked), _network(baked)
    values = front.graph.output[1].name
    merged = onnx.compose.merge_models(
        front,
        back,
        io_map=[(values, back.graph.input[0].name)],
        outputs=["pixels", *[o.name for o in back.graph.output]],
    )
    _rename(merged.graph, {f"{_NETWORK}{tap}": tap for tap in ("probabilities", "scores")})
    for output in merged.graph.output:
        output.type.tensor_type.shape.dim[0].dim_param = "N"
    merged.graph.output.sort(key=lambda output: TAPS.index(output.name))
    merged.graph.output.insert(0, merged.graph.output.pop(TAPS.index("probabilities")))
    canonicalise(merged.graph)
    merged.graph.name = "webparity"
    merged.graph.doc_string = ""
    del merged.opset_import[1:]
    merged.producer_name = "webparity"
    merged.producer_version = ""
    merged.doc_string = "Decoded RGB8 pixels (contract rgb8/1) of any size to probabilities; preprocessing inside."
    for output in merged.graph.output:
        output.doc_string = _DOCS[output.name]
    merged.graph.input[0].doc_string = "RGB8 pixels, 0 to 255, row by row"
    helper.set_model_props(merged, {"labels": json.dumps(list(labels)), "contract": "rgb8/1"})
    _check(merged)
    return merged


_DOCS: Final = {
    "probabilities": "one a label, summing to 1",
    "scores": "before softmax (logits)",
    "pixels": "resized pixels in grey levels, before normalisation",
}


def _check(model: ModelProto) -> None:
    for node in model.graph.node:
        if node.domain:
            raise ExportError(
                f"Expected standard ONNX operators only; received {node.domain}.{node.op_type} ({node.name})."
            )
        padding = [a.s.decode() for a in node.attribute if a.name == "auto_pad"]
        if padding and padding != ["NOTSET"]:
            raise ExportError(
                f"Expected explicit pads, which every runtime reads alike; received auto_pad={padding[0]} in "
                f"{node.name}. Give the network a fixed input size."
            )
    onnx.checker.check_model(model, full_check=True)


def _write(baked: KerasBaked, labels: Sequence[str], writer: SiteWriter) -> Artifact:
    model = build(baked, labels)
    data = model.SerializeToString(deterministic=True)
    path = writer.put_hashed("model/onnx-float32/model", ".onnx", data)
    return Artifact(
        id="onnx-float32",
        target="onnx",
        precision="float32",
        entry=path,
        files=[path],
        bytes=len(data),
        ops=sorted({node.op_type for node in model.graph.node}),
        input="image",
        outputs={tap: tap for tap in TAPS},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    import onnxruntime  # noqa: PLC0415 - only needed here

    session: Any = onnxruntime.InferenceSession(folder / artifact.entry, providers=["CPUExecutionProvider"])

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        names = [artifact.outputs[tap] for tap in TAPS]
        return dict(zip(TAPS, session.run(names, {artifact.input: images}), strict=True))

    return run


TARGET = Target(
    name="onnx", summary="one ONNX file for onnxruntime, onnxruntime-node and onnxruntime-web", write=_write, open=_open
)
