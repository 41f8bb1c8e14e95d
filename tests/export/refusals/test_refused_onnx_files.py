"""ONNX files that are refused: before anything is written, by the refusal of the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from onnx import ModelProto, TensorProto, helper
from own_onnx import SIDE, make_classifier
from refused_models import export_refused, is_refusal_text

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.inputs.model import make_exportable
from webparity.export.target_selection import discover_targets
from webparity.models import refusals
from webparity.models.baked import bake
from webparity.models.refusals import ModelRefusal
from webparity.preprocessing.spec import Preprocessing

_SPEC = Preprocessing(height=SIDE, width=SIDE, channels="rgb")


def _add_input(model: ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("second", TensorProto.FLOAT, [1]))


@pytest.mark.parametrize(
    ("refusal", "changes", "options"),
    [
        (refusals.ONNX_INPUT, _add_input, {}),
        (refusals.ONNX_OUTPUT, lambda model: setattr(model.graph.output[0], "name", "maps"), {}),
        (refusals.WHOLE_NUMBERS, lambda _: None, {"input_dtype": TensorProto.UINT8}),
    ],
)
def test_files_that_are_no_classifier_of_images_are_refused(refusal: ModelRefusal, changes: Any, options: Any) -> None:
    model = make_classifier(**options)
    changes(model)
    with pytest.raises(UnsupportedModelError) as caught:
        bake(model, _SPEC)
    assert is_refusal_text(str(caught.value), refusal)


def test_logits_are_refused(tmp_path: Path) -> None:
    said = export_refused(bake(make_classifier(softmax=False), _SPEC), tmp_path / "bundle")
    assert is_refusal_text(said, refusals.PROBABILITIES)


def test_operators_without_a_form_for_the_web_are_refused() -> None:
    model = make_classifier(opset=23, ir_version=10)
    normalization = helper.make_node("RMSNormalization", ["row", "weight"], ["normal"])
    model.graph.initializer.add(name="weight", data_type=TensorProto.FLOAT, dims=[6], float_data=[1.0] * 6)
    model.graph.node.insert(4, normalization)
    model.graph.node[5].input[0] = "normal"
    baked = bake(model, _SPEC)
    for target in ("onnx", "wasm"):
        assert is_refusal_text(discover_targets()[target].refusal(baked), refusals.OPERATOR_SET)


def test_tfjs_is_refused() -> None:
    assert is_refusal_text(
        discover_targets()["tfjs-graph"].refusal(bake(make_classifier(), _SPEC)), refusals.ONNX_TO_TFJS
    )


def test_a_file_without_preprocessing_is_refused() -> None:
    with pytest.raises(UsageError, match="Expected --preprocessing with an ONNX file"):
        make_exportable(make_classifier(), name="model", where="model.onnx")
