"""Preprocessing files: presets written and read again, and configurations of Hugging Face and timm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_file import read_preprocessing, write_example
from webparity.preprocessing.pipeline.describe import describe_steps
from webparity.preprocessing.preset import get_preset, list_presets

VIT = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_processor_type": "ViTImageProcessor",
    "image_std": [0.5, 0.5, 0.5],
    "resample": 2,
    "rescale_factor": 0.00392156862745098,
    "size": {"height": 224, "width": 224},
}
CLIP = {
    "crop_size": 224,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "size": 224,
}
CONVNEXT = {**VIT, "image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 224}, "crop_pct": 0.875}
TIMM = {
    "architecture": "resnet50",
    "num_classes": 1000,
    "pretrained_cfg": {
        "input_size": [3, 224, 224],
        "interpolation": "bicubic",
        "crop_pct": 0.95,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    },
}


def read(tmp_path: Path, config: Any) -> str:
    file = tmp_path / "preprocessor_config.json"
    file.write_text(json.dumps(config))
    return describe_steps(read_preprocessing(file).steps)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            VIT,
            "resize (method bilinear, like pillow, height 224, width 224) → scale → normalize (mean [0.5, 0.5, 0.5], ",
        ),
        (CLIP, "resize (method bicubic, like pillow, shorter 224) → crop (height 224, width 224, like huggingface) → "),
        (
            CONVNEXT,
            "resize (method bilinear, like pillow, shorter 256) → crop (height 224, width 224, like huggingface)",
        ),
        (
            TIMM,
            "resize (method bicubic, like torchvision, shorter 235) → crop (height 224, width 224, like torchvision)",
        ),
    ],
    ids=["vit", "clip", "convnext", "timm"],
)
def test_a_configuration_is_read_as_it_is(tmp_path: Path, config: Any, expected: str) -> None:
    assert read(tmp_path, config).startswith(expected)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({**VIT, "resample": 4}, r"`resample` to be one of nearest, bilinear, bicubic, lanczos.*received 4"),
        ({**VIT, "size": {"longest_edge": 9}}, r"`size` as a number, or a table of `height`.*longest_edge"),
        ({**VIT, "do_resize": False}, "`do_resize` to be true"),
        ({**VIT, "do_pad": True}, "`do_pad` to be false"),
        ({**VIT, "image_mean": None}, "list of numbers for `image_mean`"),
        ({"pretrained_cfg": 3}, "`pretrained_cfg` to be a table"),
        ({"pretrained_cfg": {**TIMM["pretrained_cfg"], "crop_mode": "border"}}, "`crop_mode` of center"),
        ({"pretrained_cfg": {**TIMM["pretrained_cfg"], "interpolation": "random"}}, "`interpolation` to be one of"),
        ({"pretrained_cfg": {**TIMM["pretrained_cfg"], "input_size": [224]}}, "`input_size` of three numbers"),
        ({"hidden_size": 768}, "Hugging Face's preprocessor_config.json, or timm's config.json"),
        ([], "Hugging Face's preprocessor_config.json"),
    ],
)
def test_what_has_no_form_here_is_named(tmp_path: Path, config: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, config)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    for content in (b"{", b"\xff\xfe", b"[" * 100_000):
        file.write_bytes(content)
        with pytest.raises(UsageError, match="JSON file"):
            read_preprocessing(file)
    with pytest.raises(UsageError, match="JSON file"):
        read_preprocessing(tmp_path / "missing.json")


def test_a_preset_is_written_and_read_again(tmp_path: Path) -> None:
    for name in list_presets():
        file = tmp_path / f"{name}.toml"
        write_example(file, name)
        assert read_preprocessing(file) == get_preset(name).make() == read_preprocessing(Path(name))
        assert max(map(len, file.read_text().splitlines())) <= 120


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[steps]]\nstep = "resize"\nheight = 9\nwidth = 9\nmethod = "cubic"',
            r"`resize.method` to be one of .*pre.toml",
        ),
        (
            'height = 9\n[[steps]]\nstep = "resize"\nheight = 9\nwidth = 9',
            "only `steps` in a pipeline; received 'height'",
        ),
        ("steps = 3", "`steps` to be a list of steps"),
        ('steps = "resize"', "`steps` to be a list of steps"),
        ("steps = [3]", "a step as a table"),
        ("steps = []", "a step .resize. in the pipeline; received no steps"),
    ],
)
def test_a_mistake_in_a_pipeline_names_the_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "pre.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_preprocessing(file)
