"""ONNX files behind their preprocessing, against ONNX's reference implementation on pixels prepared by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper
from own_onnx import CLASSES, SIDE, make_classifier, make_dense, run_model

from webparity.errors import UnsupportedModelError, UsageError
from webparity.models import refusals
from webparity.models.baked import bake, load_model
from webparity.models.onnx.baked import OnnxBaked
from webparity.models.onnx.file import wrap_onnx
from webparity.outputs.registry import get_output_kind
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.spec import Preprocessing

RGB = Preprocessing(
    height=SIDE, width=SIDE, channels="rgb", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), like="pillow"
)
# Of the target's size, so that nothing is resized.
IMAGES = np.random.default_rng(3).integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)


def prepare(images: NDArray[np.uint8], *, nchw: bool = True) -> NDArray[np.float32]:
    """What PyTorch's ToTensor and Normalize give for images of the right size."""
    values = (images / 255 - np.array(RGB.mean)) / np.array(RGB.std)
    return (values.transpose(0, 3, 1, 2) if nchw else values).astype(np.float32)


def compute_softmax(logits: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("nchw", [True, False], ids=["nchw", "nhwc"])
@pytest.mark.parametrize(
    "batch", ["N", 1, 3], ids=["any number of images", "one image at a time", "three images at a time"]
)
def test_answers_are_the_graph_s_own(batch: int | str, nchw: bool) -> None:
    shape = [batch, 3, SIDE, SIDE] if nchw else [batch, SIDE, SIDE, 3]
    baked = bake(make_classifier(nchw=nchw, shape=shape), RGB)
    taps = baked(IMAGES, ("probabilities", "scores", "pixels"))
    whole = make_classifier(nchw=nchw)
    np.testing.assert_allclose(taps["probabilities"], run_model(whole, prepare(IMAGES, nchw=nchw)), atol=1e-6)
    np.testing.assert_allclose(compute_softmax(taps["scores"]), taps["probabilities"], atol=1e-6)
    np.testing.assert_array_equal(taps["pixels"], IMAGES)
    assert np.ptp(taps["scores"]) > 1
    assert (baked.kind, baked.classes, baked.is_discontinuous) == ("onnx", CLASSES, False)


@pytest.mark.parametrize("opset", [7, 8, 9, 11, 13, 17, 18, 21])
def test_every_operator_set_is_run(opset: int) -> None:
    model = make_classifier(opset=opset, ir_version=3 if opset < 9 else 8)
    answers = bake(model, RGB)(IMAGES)["probabilities"]
    np.testing.assert_allclose(answers, run_model(make_classifier(), prepare(IMAGES)), atol=1e-6)


def test_a_free_size_is_the_preprocessing_s() -> None:
    spec = Preprocessing(height=20, width=9, channels="rgb", scale=1.0)
    image = np.random.default_rng(0).integers(0, 256, (1, 20, 9, 3), dtype=np.uint8)
    baked = bake(make_classifier(shape=["N", 3, "H", "W"]), spec)
    expected = run_model(make_classifier(shape=["N", 3, 20, 9]), image.transpose(0, 3, 1, 2).astype(np.float32))
    np.testing.assert_allclose(baked(image)["probabilities"], expected, atol=1e-6)


@pytest.mark.parametrize("shape", [["N", SIDE, SIDE], ["N", SIDE * SIDE], ["N", 1, SIDE, SIDE], ["N", SIDE, SIDE, 1]])
def test_gray_pixels_go_into_every_shape_that_holds_them(shape: list[int | str]) -> None:
    baked = bake(make_dense(shape), Preprocessing(height=SIDE, width=SIDE))
    gray = np.repeat(IMAGES[..., :1], 3, axis=3)
    values = (gray[..., 0] / 255).astype(np.float32)
    expected = run_model(make_dense(["N", SIDE * SIDE]), values.reshape(len(values), -1))
    np.testing.assert_allclose(baked(gray)["probabilities"], expected, atol=1e-6)


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_a_flat_row_of_three_channels_is_in_the_order_that_was_named(layout: Any) -> None:
    network = wrap_onnx(make_dense(["N", SIDE * SIDE * 3]), layout)
    spec = Preprocessing(height=SIDE, width=SIDE, channels="rgb")
    values = (IMAGES / 255).astype(np.float32)
    row = values.transpose(0, 3, 1, 2) if layout == "nchw" else values
    expected = run_model(network.own, row.reshape(len(row), -1))
    np.testing.assert_allclose(bake(network, spec)(IMAGES)["probabilities"], expected, atol=1e-6)


@pytest.mark.parametrize("shape", [["N", "C", "H", "W"], ["N", SIDE * SIDE * 3], ["N", 3, 3, 3]])
def test_a_shape_that_leaves_the_order_open_is_asked_for(shape: list[int | str]) -> None:
    side = 3 if 3 in shape[2:] else SIDE
    with pytest.raises(UsageError, match="--layout nchw after PyTorch"):
        bake(make_dense(shape), Preprocessing(height=side, width=side, channels="rgb"))


def test_a_layout_that_the_shape_contradicts_is_refused() -> None:
    with pytest.raises(UsageError, match=r"received nhwc for 'image' float \[N, 3, 12, 12\]"):
        bake(wrap_onnx(make_classifier(), "nhwc"), RGB)


def test_one_sigmoid_stands_for_two_classes() -> None:
    baked = bake(make_dense(["N", SIDE * SIDE], sigmoid=True), Preprocessing(height=SIDE, width=SIDE, like="pillow"))
    gray = np.repeat(IMAGES[..., :1], 3, axis=3)
    taps = baked(gray, ("probabilities", "scores"))
    one = run_model(
        make_dense(["N", SIDE * SIDE], sigmoid=True), (gray[..., 0] / 255).astype(np.float32).reshape(5, -1)
    )
    np.testing.assert_allclose(taps["probabilities"], np.concatenate([1 - one, one], axis=1), atol=1e-6)
    np.testing.assert_allclose(1 / (1 + np.exp(-taps["scores"][:, 1:])), one, atol=1e-6)
    np.testing.assert_array_equal(taps["scores"][:, 0], 0)


@pytest.mark.parametrize("input_dtype", [TensorProto.UINT8, TensorProto.INT32])
@pytest.mark.parametrize("like", ["pillow", None])
def test_whole_numbers_are_rounded_pixels(input_dtype: int, like: Any) -> None:
    spec = Preprocessing(height=SIDE, width=SIDE, channels="rgb", scale=1.0, like=like)
    baked = bake(make_classifier(input_dtype=input_dtype), spec)
    images = np.random.default_rng(0).integers(0, 256, (2, 31, 17, 3), dtype=np.uint8)
    taps = baked(images, ("pixels", "scores"))
    whole = np.rint(taps["pixels"]).transpose(0, 3, 1, 2).astype(np.float32)
    np.testing.assert_allclose(taps["scores"], run_model(make_classifier(softmax=False), whole), rtol=1e-5)
    assert baked.is_discontinuous == (like is None)


def test_half_precision_is_computed_in_float32_and_said() -> None:
    baked = OnnxBaked(wrap_onnx(make_classifier(dtype=TensorProto.FLOAT16)), RGB)
    exact = run_model(make_classifier(), prepare(IMAGES))
    taps = baked(IMAGES, ("probabilities", "pixels"))
    np.testing.assert_allclose(taps["probabilities"], exact, atol=2e-3)
    # The file's own answers differ by what float16 rounds.
    own = baked.predict_by_file(taps["pixels"])
    np.testing.assert_allclose(own, taps["probabilities"], atol=0.02)
    assert np.max(np.abs(own - taps["probabilities"])) > 1e-6
    assert "float16" in baked.notes[0]


def test_a_file_is_read_with_its_other_files(tmp_path: Path) -> None:
    onnx.save(
        make_classifier(), tmp_path / "model.onnx", save_as_external_data=True, location="w.bin", size_threshold=0
    )
    baked = bake(load_model(tmp_path / "model.onnx", "onnx"), RGB)
    np.testing.assert_array_equal(baked(IMAGES)["probabilities"], bake(make_classifier(), RGB)(IMAGES)["probabilities"])


def test_a_free_batch_that_is_none_is_found_out() -> None:
    promising = make_classifier()
    promising.graph.node[3].CopyFrom(helper.make_node("Reshape", ["means", "size"], ["row"]))
    promising.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1, 6]), "size"))
    broken, free = OnnxBaked(wrap_onnx(promising), RGB), OnnxBaked(wrap_onnx(make_classifier()), RGB)
    assert (broken.takes_batches, free.takes_batches) == (False, True)
    np.testing.assert_allclose(broken(IMAGES)["probabilities"], free(IMAGES)["probabilities"], atol=1e-7)


def _add_input(model: ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("second", TensorProto.FLOAT, [1]))


@pytest.mark.parametrize(
    ("change", "spec", "refusal"),
    [
        (_add_input, RGB, refusals.ONNX_INPUT),
        (lambda _: None, Preprocessing(height=SIDE, width=SIDE), refusals.ONNX_INPUT),
        (lambda _: None, Preprocessing(height=SIDE, width=SIDE + 1, channels="rgb"), refusals.ONNX_INPUT),
        (lambda m: m.graph.output.append(helper.make_tensor_value_info("maps", 1, None)), RGB, refusals.ONNX_OUTPUT),
        (lambda m: setattr(m.graph.output[0], "name", "maps"), RGB, refusals.ONNX_OUTPUT),
    ],
)
def test_other_inputs_and_outputs_are_refused(change: Any, spec: Preprocessing, refusal: refusals.ModelRefusal) -> None:
    model = make_classifier()
    change(model)
    with pytest.raises(UnsupportedModelError) as caught:
        bake(model, spec)
    assert str(caught.value).startswith(f"Expected {refusal.rule}; received ")
    assert str(caught.value).endswith(refusal.remedy)


def test_scaled_pixels_for_an_input_of_whole_numbers_are_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        bake(make_classifier(input_dtype=TensorProto.UINT8), RGB)
    assert str(caught.value).endswith(refusals.WHOLE_NUMBERS.remedy)


@pytest.mark.parametrize(
    ("asked", "softmax", "kind", "activation"),
    [
        ("logits", False, "probabilities", "softmax"),
        ("multilabel", False, "multilabel", "sigmoid"),
        ("scores", False, "scores", None),
        ("values", False, "values", None),
        (None, True, "probabilities", None),
    ],
)
def test_numbers_are_what_the_user_says(asked: str | None, softmax: bool, kind: str, activation: str | None) -> None:
    baked = OnnxBaked(wrap_onnx(make_classifier(softmax=softmax)), RGB, OutputRequest(asked=asked))
    assert (baked.output.kind, baked.activation) == (kind, activation)
    rows = run_model(make_classifier(softmax=False), prepare(IMAGES))
    answer = get_output_kind(baked.output).answer
    expected = {"softmax": compute_softmax(rows), "sigmoid": 1 / (1 + np.exp(-rows))}.get(activation or "", rows)
    expected = compute_softmax(rows) if softmax else expected
    taps = baked(IMAGES, get_output_kind(baked.output).taps)
    np.testing.assert_allclose(taps[answer], expected, atol=1e-5)
    if "scores" in taps and not softmax:
        np.testing.assert_allclose(taps["scores"], rows, rtol=1e-5, atol=1e-6)
    # As it is read from a bundle.
    again = OnnxBaked(baked.network, RGB, baked.output)
    np.testing.assert_array_equal(again(IMAGES, (answer,))[answer], taps[answer])


@pytest.mark.parametrize(
    ("asked", "model", "refusal"),
    [
        ("logits", make_classifier(), refusals.LOGITS),
        ("sigmoid", make_classifier(softmax=False), refusals.ONE_SIGMOID),
        ("multilabel", make_classifier(), refusals.INDEPENDENT),
    ],
)
def test_other_numbers_than_said_are_refused(asked: str, model: ModelProto, refusal: refusals.ModelRefusal) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        OnnxBaked(wrap_onnx(model), RGB, OutputRequest(asked=asked))
    assert str(caught.value).endswith(refusal.remedy)


def test_more_values_than_a_page_shows_are_refused() -> None:
    many = make_dense(["N", SIDE * SIDE])
    many.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(np.ones((SIDE * SIDE, 40), np.float32), "matrix"))
    many.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 40
    with pytest.raises(UnsupportedModelError) as caught:
        OnnxBaked(wrap_onnx(many), Preprocessing(height=SIDE, width=SIDE), OutputRequest(asked="values"))
    assert str(caught.value).endswith(refusals.EMBEDDING.remedy)
