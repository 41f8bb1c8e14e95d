"""Target `onnx`: preprocessing traced straight to ONNX; a network by tf2onnx, a classifier by `export.lowering`."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, helper, numpy_helper

from webparity.bundle.manifest import Artifact, Tap
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError, UnsupportedModelError
from webparity.export.onnx.canonical_order import canonicalise
from webparity.export.onnx.model import ML_DOMAIN, OPSET, float_output, make_model, model_of, traced_preprocessing
from webparity.export.quantization.in_onnx import reduce_onnx
from webparity.export.quantization.plan import Reduction
from webparity.export.targets.cached_per_model import once
from webparity.export.targets.target import TAPS, Runner, Target
from webparity.models.baked import Baked
from webparity.preprocessing.graph import normalize
from webparity.text.library_error import summarize_library_error

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked
    from webparity.models.keras.baked import KerasBaked

_NETWORK: Final = "network/"


def _preprocessing(baked: KerasBaked) -> ModelProto:
    spec = baked.preprocessing
    ops, values = traced_preprocessing(spec, normalize)
    shapes = {"pixels": (spec.height, spec.width, spec.depth), values.name: spec.values_shape}
    return make_model(ops, [float_output(name, shape) for name, shape in shapes.items()])


def _network(baked: KerasBaked) -> tuple[ModelProto, dict[str, NDArray[np.float32]]]:
    """From the network's input to its answers, with large kernels as inputs, and these by name."""
    import tensorflow as tf
    import tf2onnx

    from webparity.export.tensorflow.freeze import frozen
    from webparity.export.tensorflow.large_kernels import traced

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    values = tf.TensorSpec([None, *baked.preprocessing.values_shape], tf.float32, name="values")
    whole = traced(baked.predict_features, values, baked.network)
    graph = frozen(whole.function)
    model, _ = tf2onnx.convert.from_graph_def(
        graph.definition,
        input_names=[f"{name}:0" for name in graph.inputs],
        output_names=[f"{name}:0" for name in graph.outputs],
        opset=OPSET,
    )
    outputs = {tap: f"{_NETWORK}{tap}" for tap in ("probabilities", "scores")}
    network = onnx.compose.add_prefix_graph(model.graph, _NETWORK, rename_inputs=True)
    # Two outputs in the order of their sorted names, as TensorFlow flattens a dict.
    renamed = dict(zip([output.name for output in network.output], sorted(outputs.values()), strict=True))
    _rename(network, renamed)
    return model_of(network), {f"{_NETWORK}{name}:0": kernel for name, kernel in whole.kernels.items()}


def _rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in [*graph.output, *graph.value_info, *graph.input]:
        value.name = names.get(value.name, value.name)


def _network_model(baked: KerasBaked) -> ModelProto:
    front, (back, kernels) = _preprocessing(baked), _network(baked)
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
    for value in [value for value in merged.graph.input if value.name in kernels]:
        merged.graph.input.remove(value)
        merged.graph.initializer.append(numpy_helper.from_array(kernels[value.name], value.name))
    return merged


def _traced(baked: Baked) -> ModelProto:
    if baked.kind == "keras":
        return _network_model(cast("KerasBaked", baked).inference_model)
    from webparity.export.onnx.estimator import estimator_model

    return estimator_model(cast("EstimatorBaked", baked))


def build(baked: Baked, labels: Sequence[str]) -> ModelProto:
    """Make the whole model: uint8 [N, H, W, 3] to `probabilities`, with `scores` and `pixels` beside.

    Args:
        baked: the model with its preprocessing.
        labels: class names, kept in the file's metadata.

    Raises:
        ExportError: a converter left something no runtime knows.
        UnsupportedModelError: a classifier's step has no ONNX form.
    """
    model = ModelProto()
    model.CopyFrom(_checked(baked))
    helper.set_model_props(model, {"labels": json.dumps(list(labels)), "contract": "rgb8/1"})
    return model


@once
def _checked(baked: Baked) -> ModelProto:
    try:
        return _built(baked)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(
            f"Expected operators as ONNX has them; received {summarize_library_error(error)}. "
            "Replace those layers or export only tfjs-graph."
        ) from error


def _built(baked: Baked) -> ModelProto:
    traced = _traced(baked)
    traced.graph.output.sort(key=lambda output: TAPS.index(output.name))
    traced.graph.output.insert(0, traced.graph.output.pop(TAPS.index("probabilities")))
    canonicalise(traced.graph)
    model = model_of(traced.graph)
    model.graph.name = "webparity"
    model.graph.doc_string = ""
    model.producer_name = "webparity"
    model.doc_string = "Decoded RGB8 pixels (contract rgb8/1) of any size to probabilities; preprocessing inside."
    for output in model.graph.output:
        output.doc_string = _DOCS[output.name]
    model.graph.input[0].doc_string = "RGB8 pixels, 0 to 255, row by row"
    _check(model)
    return model


_DOCS: Final = {
    "probabilities": "one a label, summing to 1",
    "scores": "before softmax, sigmoid or calibration; the probabilities where a classifier has none",
    "pixels": "resized pixels in grey levels, before normalisation",
}


def _check(model: ModelProto) -> None:
    for node in model.graph.node:
        if node.domain not in {"", ML_DOMAIN}:
            raise ExportError(
                f"Expected operators of ONNX and ONNX-ML only; received {node.domain}.{node.op_type} ({node.name}). "
                "Replace those layers or export only tfjs-graph."
            )
    onnx.checker.check_model(model, full_check=True)


def _refusal(baked: Baked) -> str | None:
    try:
        _checked(baked)
    except (ExportError, UnsupportedModelError) as error:
        return str(error)
    return None


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, reduction: Reduction | None) -> Artifact:
    precision = reduction.precision if reduction else "float32"
    model = reduce_onnx(reduction) if reduction else build(baked, labels)
    data = model.SerializeToString(deterministic=True)
    path = writer.put_hashed(f"model/onnx-{precision}/model", ".onnx", data)
    return Artifact(
        id=f"onnx-{precision}",
        target="onnx",
        precision=precision,
        entry=path,
        files=[path],
        bytes=len(data),
        ops=sorted({node.op_type for node in model.graph.node}),
        input="image",
        outputs={tap: tap for tap in TAPS},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    import onnxruntime

    try:
        session: Any = onnxruntime.InferenceSession(folder / artifact.entry, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no public base
        raise ExportError(
            f"Expected operators that onnxruntime runs; received {summarize_library_error(error)}. "
            "Replace those layers, or export only tfjs-graph: --target tfjs-graph."
        ) from error

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        names = [artifact.outputs[tap] for tap in TAPS]
        return dict(zip(TAPS, session.run(names, {artifact.input: images}), strict=True))

    return run


TARGET = Target(
    name="onnx",
    summary="one ONNX file for onnxruntime, onnxruntime-node and onnxruntime-web",
    write=_write,
    open=_open,
    refusal=_refusal,
)
