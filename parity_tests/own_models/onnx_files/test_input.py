"""ONNX files as users bring them, exported to `onnx` and `wasm`, and verified in onnxruntime and in the module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from keras_models import load_photographs
from light_networks import LIGHT, fill_light_network
from onnx import ModelProto, TensorProto
from own_onnx import SIDE, make_classifier, make_dense
from places import ChromiumPlaces

from webparity.bundle.read import Bundle, read_source
from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

RGB = Preprocessing(height=SIDE, width=SIDE, channels="rgb", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
GRAY = Preprocessing(height=SIDE, width=SIDE)
WHOLE = Preprocessing(height=SIDE, width=SIDE, channels="rgb", scale=1.0, like="opencv")
PLACES = ("onnxruntime", "webparity@python", "webparity@node")
# In `make test`; with `--full` all are.
IN_CHROMIUM = ("nchw", "gray rows")

FORMS: dict[str, tuple[Callable[[], ModelProto], Preprocessing]] = {
    "nchw": (make_classifier, RGB),
    "nhwc": (lambda: make_classifier(nchw=False), RGB),
    "one image at a time": (lambda: make_classifier(shape=[1, 3, SIDE, SIDE]), RGB),
    "three images at a time": (lambda: make_classifier(shape=[3, 3, SIDE, SIDE]), RGB),
    "a free size": (lambda: make_classifier(shape=["N", 3, "H", "W"]), RGB),
    "opset 8": (lambda: make_classifier(opset=8, ir_version=3), RGB),
    "opset 13": (lambda: make_classifier(opset=13), RGB),
    "opset 21": (lambda: make_classifier(opset=21, ir_version=10), RGB),
    "uint8": (lambda: make_classifier(input_dtype=TensorProto.UINT8), WHOLE),
    "float16": (lambda: make_classifier(dtype=TensorProto.FLOAT16), RGB),
    "gray rows": (lambda: make_dense(["N", SIDE * SIDE]), GRAY),
    "gray maps": (lambda: make_dense(["N", SIDE, SIDE]), GRAY),
    "sigmoid": (lambda: make_dense(["N", 1, SIDE, SIDE], sigmoid=True), GRAY),
}


def export_file(model: ModelProto, spec: Preprocessing, folder: Path, **options: Any) -> Bundle:
    onnx.save(model, folder / "model.onnx")
    return export_model(
        folder / "model.onnx",
        folder / "bundle",
        preprocessing=spec,
        golden=load_photographs()[:3],
        page=False,
        **options,
    )


def assert_verified(bundle: Bundle, *places: str, max_images: int | None = None) -> None:
    report = verify(bundle, runtimes=places, require=places, max_images=max_images)
    assert (report.reference.runtime, report.reference.stand_in) == ("onnx", None)
    assert {run.verdict for run in report.runs} == {"pass"}
    report.raise_for_verdict()


@pytest.mark.parametrize("form", FORMS)
def test_a_file_answers_alike_everywhere(form: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    make, spec = FORMS[form]
    bundle = export_file(make(), spec, tmp_path)
    assert [artifact.target for artifact in bundle.manifest.artifacts] == ["onnx", "wasm"]
    assert len({image.label for image in bundle.manifest.golden}) >= 1
    assert_verified(bundle, *add_chromium(PLACES, quick=form in IN_CHROMIUM))


@pytest.mark.parametrize("asked", ["logits", "multilabel", "scores", "values"])
def test_the_numbers_that_a_user_names_answer_alike_everywhere(
    asked: str, tmp_path: Path, add_chromium: ChromiumPlaces
) -> None:
    bundle = export_file(make_classifier(softmax=False), RGB, tmp_path, outputs=asked)
    assert read_source(bundle).activation == {"logits": "softmax", "multilabel": "sigmoid"}.get(asked)
    assert_verified(bundle, *add_chromium(("onnxruntime", "webparity@python")))


def test_the_file_and_its_other_files_are_kept_and_read_again(tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    onnx.save(
        make_classifier(), tmp_path / "model.onnx", save_as_external_data=True, location="w.bin", size_threshold=0
    )
    kept = {name: (tmp_path / name).read_bytes() for name in ("model.onnx", "w.bin")}
    bundle = export_model(
        tmp_path / "model.onnx", tmp_path / "bundle", preprocessing=RGB, golden=load_photographs()[:3], page=False
    )
    for name in kept:
        (tmp_path / name).unlink()
    assert bundle.source is not None
    source = read_source(bundle)
    assert (bundle.source / source.model).read_bytes() == kept["model.onnx"]
    assert (bundle.source / "model/w.bin").read_bytes() == kept["w.bin"]
    assert_verified(bundle, *add_chromium(PLACES))


def test_a_layout_that_was_named_is_kept(tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    spec = Preprocessing(height=SIDE, width=SIDE, channels="rgb")
    bundle = export_file(make_dense(["N", 3 * SIDE * SIDE]), spec, tmp_path, layout="nchw")
    assert read_source(bundle).layout == "nchw"
    assert_verified(bundle, *add_chromium(PLACES))


@pytest.mark.full
@pytest.mark.parametrize("side", [192, 1024])
def test_means_over_wide_maps_and_large_inputs_answer_alike_everywhere(
    side: int, tmp_path: Path, add_chromium: ChromiumPlaces
) -> None:
    spec = Preprocessing(height=side, width=side, channels="rgb", mean=RGB.mean, std=RGB.std)
    bundle = export_file(make_classifier(shape=["N", 3, side, side]), spec, tmp_path)
    assert [artifact.target for artifact in bundle.manifest.artifacts] == ["onnx", "wasm"]
    assert_verified(bundle, *add_chromium(PLACES))


# DenseNet ends before its softmax.
OUTPUTS = {"densenet121": "logits"}
SMALL = {"squeezenet", "shufflenet"}


@pytest.mark.full
@pytest.mark.parametrize("name", LIGHT)
def test_published_networks_answer_alike_everywhere(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    """ResNet50 and its like take minutes: 256 random images go through each artifact of the export."""
    spec = Preprocessing(height=224, width=224, channels="rgb", mean=RGB.mean, std=RGB.std)
    bundle = export_file(fill_light_network(name), spec, tmp_path, outputs=OUTPUTS.get(name))
    assert len(bundle.manifest.labels) == LIGHT[name]
    # A page takes long to answer with the others, and runs the same module.
    assert_verified(bundle, *(add_chromium(PLACES) if name in SMALL else PLACES), max_images=6)
