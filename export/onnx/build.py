"""Complete ONNX model of a baked network or classifier, in canonical order and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import onnx
from onnx import ModelProto, helper

from webparity.decode.contracts import LUMA_CONTRACT
from webparity.errors import ExportError
from webparity.export.onnx.canonical_order import canonicalize
from webparity.export.onnx.model import ML_DOMAIN, make_model_proto
from webparity.export.targets.cached_per_model import cached_per_model
from webparity.model_safety.onnx.structure import get_opset
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind
from webparity.text.library_error import summarize_library_error

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked
    from webparity.models.keras.baked import KerasBaked
    from webparity.models.onnx.baked import OnnxBaked


def _trace(baked: Baked) -> ModelProto:
    if baked.kind == "keras":
        from webparity.export.onnx.network import trace_network

        return trace_network(cast("KerasBaked", baked).inference_model)
    if baked.kind == "onnx":
        from webparity.export.onnx.user_file import trace_user_file

        return trace_user_file(cast("OnnxBaked", baked))
    from webparity.export.onnx.estimator import trace_estimator

    return trace_estimator(cast("EstimatorBaked", baked))


def build_onnx_model(baked: Baked, labels: Sequence[str]) -> ModelProto:
    """Build the complete model: uint8 [N, H, W, 3] to every tap, the answer first.

    Args:
        baked: the model with its preprocessing.
        labels: class names, kept in the file's metadata.

    Raises:
        ExportError: the graph has an operator that no runtime knows.
        UnsupportedModelError: a classifier's step has no ONNX form.
    """
    model = ModelProto()
    model.CopyFrom(build_checked(baked))
    helper.set_model_props(model, {"labels": json.dumps(list(labels)), "contract": baked.preprocessing.contract})
    return model


@cached_per_model
def build_checked(baked: Baked) -> ModelProto:
    """Build the model without labels, once for each baked model; the result must not be changed.

    Raises:
        ExportError: the graph has an operator that no runtime knows.
        UnsupportedModelError: a classifier's step has no ONNX form.
    """
    try:
        return _build(baked)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(
            f"Expected operators as ONNX has them; received {summarize_library_error(error)}. "
            "Replace those layers or export only tfjs-graph."
        ) from error


def _build(baked: Baked) -> ModelProto:
    traced = _trace(baked)
    contract = baked.preprocessing.contract
    kind = get_output_kind(baked.output)
    order = [kind.answer, *(tap for tap in kind.taps if tap != kind.answer)]
    traced.graph.output.sort(key=lambda output: order.index(output.name))
    canonicalize(traced.graph)
    model = make_model_proto(traced.graph, get_opset(traced))
    model.graph.name = "webparity"
    model.graph.doc_string = ""
    model.producer_name = "webparity"
    model.doc_string = f"Decoded RGB8 pixels (contract {contract}) of any size to {kind.answer}; preprocessing inside."
    for output in model.graph.output:
        output.doc_string = _DOCS_OF_KINDS.get((kind.name, output.name)) or _DOCS[output.name]
    model.graph.input[0].doc_string = "RGB8 pixels, 0 to 255, row by row" + (
        "; of a JPEG its luma, three times" if contract == LUMA_CONTRACT else ""
    )
    _check_operators(model)
    return model


_DOCS: Final = {
    "probabilities": "one a label, summing to 1",
    "scores": "before softmax, sigmoid or calibration; the probabilities where a classifier has none",
    "values": "measured values",
    "pixels": "resized pixels in grey levels, before normalisation",
}
_DOCS_OF_KINDS: Final = {
    ("multilabel", "probabilities"): "of each label by itself",
    ("scores", "scores"): "decision scores, no probabilities",
}


def _check_operators(model: ModelProto) -> None:
    for node in model.graph.node:
        if node.domain not in {"", ML_DOMAIN}:
            raise ExportError(
                f"Expected operators of ONNX and ONNX-ML only; received {node.domain}.{node.op_type} ({node.name}). "
                "Replace those layers or export only tfjs-graph."
            )
    onnx.checker.check_model(model, full_check=True)
