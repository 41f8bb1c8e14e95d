"""Preprocessing, labels and golden images as a Python program gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.helper as oh
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression

import webparity
from webparity.errors import UsageError
from webparity.export.inputs.golden import read_golden
from webparity.export.inputs.model import make_exportable
from webparity.export.inputs.preprocessing_formats.given import find_input_size, read_given_preprocessing
from webparity.models.onnx.file import wrap_onnx
from webparity.preprocessing.preset import get_preset, list_presets
from webparity.preprocessing.spec import Preprocessing

HUGGING_FACE = {
    "image_processor_type": "ViTImageProcessor",
    "do_resize": True,
    "size": {"height": 224, "width": 224},
    "resample": 2,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
IMAGES = np.random.default_rng(5).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)


def make_network(*dims: int | str) -> Any:
    graph = oh.make_graph(
        [oh.make_node("Flatten", ["input"], ["output"])],
        "g",
        [oh.make_tensor_value_info("input", onnx.TensorProto.FLOAT, dims)],
        [oh.make_tensor_value_info("output", onnx.TensorProto.FLOAT, None)],
    )
    return wrap_onnx(oh.make_model(graph, opset_imports=[oh.make_opsetid("", 17)], ir_version=8))


def test_a_dictionary_says_what_a_file_says(tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(HUGGING_FACE))
    (tmp_path / "pre.toml").write_text('height = 8\nwidth = 6\nchannels = "rgb"\nmean = [0.5, 0.5, 0.5]\n')
    plain = {"height": 8, "width": 6, "channels": "rgb", "mean": [0.5, 0.5, 0.5]}
    for given, file in ((HUGGING_FACE, "preprocessor_config.json"), (plain, "pre.toml")):
        spec = read_given_preprocessing(given)
        assert spec == read_given_preprocessing(tmp_path / file) == read_given_preprocessing(str(tmp_path / file))
        assert read_given_preprocessing(spec) is spec
    steps = [{"step": "resize", "height": 8, "width": 6}, {"step": "scale"}]
    assert read_given_preprocessing({"steps": steps}) == Preprocessing(steps=steps)
    assert read_given_preprocessing(None) is None


@pytest.mark.parametrize("name", list_presets())
def test_a_presets_name_gives_the_preset(name: str) -> None:
    assert read_given_preprocessing(name) == read_given_preprocessing(get_preset(name)) == get_preset(name).make()


@pytest.mark.parametrize("name", ["keras-mobilenet_v2", "keras-vgg16", "keras-load_img", "pil-default", "cv2-gray"])
def test_a_preset_follows_the_networks_size(name: str) -> None:
    followed, own = read_given_preprocessing(name, (160, 96)), get_preset(name).make()
    assert followed is not None
    assert (followed.height, followed.width, followed.channels) == (160, 96, own.channels)
    sizes = {"height": own.height, "width": own.width}
    back = [{"step": s.step, **s.options, **(sizes if s.step == "resize" else {})} for s in followed.steps]
    assert Preprocessing(steps=back) == own


def test_a_preset_that_crops_keeps_its_size() -> None:
    assert read_given_preprocessing("imagenet-torchvision", (160, 160)) == get_preset("imagenet-torchvision").make()


@pytest.mark.parametrize(
    ("dims", "size"),
    [
        (("n", 3, 160, 96), (160, 96)),
        ((1, 160, 96, 3), (160, 96)),
        (("n", 28, 28), (28, 28)),
        (("n", 3, "h", "w"), None),
        (("n", 784), None),
    ],
)
def test_a_networks_size_is_found_in_either_order_of_axes(dims: Any, size: tuple[int, int] | None) -> None:
    assert find_input_size(make_network(*dims)) == size
    assert find_input_size(LogisticRegression()) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("keras-mobilnet_v2", "received 'keras-mobilnet_v2'. Did you mean keras-mobilenet_v2"),
        ("imagenet", "Expected a preset among .*; received 'imagenet'"),
        ({"heigth": 8, "width": 8}, "the dictionary of preprocessing; received 'heigth'"),
        ({"height": "8", "width": 8}, "the dictionary of preprocessing"),
        ({"steps": [{"step": "rezise"}]}, "rezise"),
        ({**HUGGING_FACE, "resample": 9}, "`resample`"),
        (224, "received a int"),
        ([224, 224], "received a list"),
        ("missing.toml", "received missing.toml"),
    ],
)
def test_what_is_no_preprocessing_is_refused(given: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_given_preprocessing(given)


@pytest.fixture(scope="module")
def classifier() -> LogisticRegression:
    return LogisticRegression().fit(IMAGES.reshape(4, -1) / 255, [0, 1, 2, 0])


SPEC = Preprocessing(height=8, width=8, channels="rgb")


@pytest.mark.parametrize(
    "labels",
    [
        ["a", "b", "c"],
        ("a", "b", "c"),
        iter("abc"),
        np.array(["a", "b", "c"]),
        {"b": 1, "c": 2, "a": 0},
        {0: "a", 1: "b", 2: "c"},
        {"0": "a", "1": "b", "2": "c"},
    ],
)
def test_labels_are_names_in_any_form(labels: Any, classifier: LogisticRegression) -> None:
    made = make_exportable(classifier, name="m", where="m", preprocessing=SPEC, labels=labels)
    assert made.labels == ("a", "b", "c")


def test_numbers_are_labels_too(classifier: LogisticRegression) -> None:
    for labels in (range(3), [0, 1, 2], np.arange(3)):
        made = make_exportable(classifier, name="m", where="m", preprocessing=SPEC, labels=labels)
        assert made.labels == ("0", "1", "2")


@pytest.mark.parametrize("labels", [7, "cat", {"a": 5}, [0.5, 1.5], [None], b"abc"])
def test_what_are_no_labels_is_refused(labels: Any, classifier: LogisticRegression) -> None:
    with pytest.raises(UsageError, match="Expected labels as a list of names"):
        make_exportable(classifier, name="m", where="m", preprocessing=SPEC, labels=labels)


def test_golden_images_are_files_pictures_or_arrays(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.png" for n in range(4)]
    for file, image in zip(files, IMAGES, strict=True):
        Image.fromarray(image).save(file)
    by_folder, by_list = read_golden(tmp_path), read_golden(list(map(str, files)))
    assert [file.data for file in by_folder] == [file.data for file in by_list] == [f.read_bytes() for f in files]
    made = [read_golden(given) for given in (IMAGES, list(IMAGES), [Image.fromarray(image) for image in IMAGES])]
    assert made[0] == made[1] == made[2]
    assert np.array_equal(made[0][0].decode("rgb8/2"), IMAGES[0])
    gray = read_golden(list(IMAGES[..., 0]))
    assert np.array_equal(gray[0].decode("rgb8/2"), np.stack([IMAGES[0, ..., 0]] * 3, axis=2))


@pytest.mark.parametrize("golden", [IMAGES[0], Image.fromarray(IMAGES[0]), "photo.png", 7, [IMAGES[0] / 255], []])
def test_what_are_no_golden_images_is_refused(golden: Any, classifier: LogisticRegression, tmp_path: Path) -> None:
    Image.fromarray(IMAGES[0]).save(tmp_path / "photo.png")
    with pytest.raises(UsageError, match="Expected"):
        webparity.export_model(
            classifier,
            tmp_path / "out",
            preprocessing=SPEC,
            golden=str(tmp_path / golden) if isinstance(golden, str) else golden,
            targets=["wasm"],
        )
    assert not (tmp_path / "out").exists()
