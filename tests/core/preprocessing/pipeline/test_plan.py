"""Pipelines: their order, what follows from it, and messages that name the key and its values."""

from __future__ import annotations

import json
import pickle
from typing import Any

import msgspec
import numpy as np
import pytest
import skops.io

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.describe import describe_steps
from webparity.preprocessing.pipeline.step import Step
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

RESIZE = {"step": "resize", "height": 12, "width": 10}
CROP = {"step": "crop", "height": 8, "width": 8}
SHORTER = {"step": "resize", "shorter": 16}


def test_size_and_channels_follow_from_steps() -> None:
    spec = Preprocessing(steps=[SHORTER, CROP, {"step": "color", "to": "gray"}, {"step": "scale"}])
    assert (spec.height, spec.width, spec.channels, spec.depth) == (8, 8, "gray", 1)
    assert spec.values_shape == (8, 8, 1)
    assert Preprocessing(steps=[RESIZE, {"step": "color", "to": "bgr"}]).channels == "bgr"
    hog = {"step": "hog", "orientations": 8, "pixels_per_cell": 4, "cells_per_block": 1}
    assert Preprocessing(steps=[{"step": "color", "to": "gray"}, RESIZE, hog]).values_shape == (48,)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "`height` from 1 to 2048"),
        ([{"step": "scale"}], "one step 'resize' in the pipeline"),
        ([RESIZE, RESIZE], "received 2 among resize, resize"),
        ([{"step": "sharpen"}], r"a step among clahe, color, crop, .*received 'sharpen'"),
        ([{"name": "resize"}], "a step as a table with its name"),
        (["resize"], "a step as a table with its name"),
        ([{**RESIZE, "size": 3}], r"Expected only method, like, .* in the step 'resize'; received 'size'"),
        ([{**RESIZE, "method": "cubic"}], r"`resize.method` to be one of area, bicubic, .*received 'cubic'"),
        ([{**RESIZE, "like": "skimage"}], r"`resize.like` to be one of own, pillow, .*received 'skimage'"),
        ([{**RESIZE, "like": "pillow", "method": "area"}], r"`resize.method` of bicubic, .*like = 'pillow'.*'area'"),
        ([{**RESIZE, "like": "opencv", "antialias": True}], r"`resize.antialias` to be false with like = 'opencv'"),
        ([{**RESIZE, "height": 2049}], r"`resize.height` from 1 to 2048; received 2049"),
        ([{**RESIZE, "height": 8.5}], r"whole number from 1 to 2048 for `resize.height`; received 8.5"),
        ([{**RESIZE, "shorter": 9}], r"either `resize.height` and `resize.width`, or `resize.shorter`"),
        ([{"step": "resize", "height": 9}], r"either `resize.height` and `resize.width`"),
        ([{**SHORTER, "fit": "cover"}, CROP], r"`resize.fit` with `height` and `width`; received fit='cover'"),
        ([SHORTER], "a step 'crop' or 'pad' with `height` and `width` behind a resize by `shorter`"),
        ([SHORTER, {"step": "crop", "square": True}], "'crop' or 'pad' with `height` and `width`"),
        ([RESIZE, {"step": "crop", "square": True}], r"`crop.square` before the step 'resize'"),
        ([RESIZE, {"step": "crop", "height": 13, "width": 2}], r"a crop within 12 x 10 pixels; received `crop.height`"),
        ([RESIZE, {"step": "pad", "height": 11, "width": 11}], r"`pad.height` of at least 12"),
        ([CROP, RESIZE], "at most one 'color' and one 'crop' or 'pad' with `square`"),
        ([RESIZE, {"step": "color"}], r"Expected `to` in the step 'color' \(\"rgb\" \| \"bgr\" \| \"gray\""),
        ([RESIZE, {"step": "scale"}, {"step": "invert"}], "'invert' before 'scale'"),
        ([RESIZE, {"step": "scale", "factor": 0}], r"`scale.factor` other than 0"),
        ([RESIZE, {"step": "normalize", "mean": [1, 2]}], r"list of 1 or 3 numbers for `normalize.mean`"),
        ([RESIZE, {"step": "normalize", "std": [1, 0, 1]}], r"positive numbers for `normalize.std`"),
        ([{"step": "color", "to": "gray"}, RESIZE, {"step": "normalize", "mean": [1, 2, 3]}], "Expected 1 numbers"),
        ([RESIZE, {"step": "equalize"}], "gray before the step 'equalize'"),
        ([{**RESIZE, "fit": "contain", "color": [256]}], r"`resize.color` from 0 to 255; received 256"),
        ([{"step": "color", "to": "gray", "like": "opencv"}, RESIZE], r"`color.like` of the resize's library, 'own'"),
        ([RESIZE, {"step": "color", "to": "luma"}], "\"luma\" before the step 'resize'"),
        ([{"step": "color", "to": "luma", "like": "opencv"}, RESIZE], "no `color.like` with `to` = 'luma'"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_values(steps: list[Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Preprocessing(steps=steps)


@pytest.mark.parametrize("like", ["own", "pillow", "opencv", "tensorflow", "keras", "torchvision"])
def test_luma_comes_before_the_resize_of_every_library(like: str) -> None:
    spec = Preprocessing(steps=[{"step": "color", "to": "luma"}, {**RESIZE, "like": like}])
    assert (spec.contract, spec.channels, spec.depth) == ("luma8/2", "gray", 1)
    assert describe_steps(spec.steps).startswith("color (to luma) → resize")


def test_other_colors_take_rgb() -> None:
    assert Preprocessing(height=9, width=9).contract == "rgb8/2"
    for to in ("rgb", "bgr", "gray"):
        assert Preprocessing(steps=[{"step": "color", "to": to}, RESIZE]).contract == "rgb8/2"


@pytest.mark.parametrize("beside", [{"scale": 1.0}, {"mean": (0.5,)}, {"height": 9}, {"like": "pillow"}])
def test_what_steps_decide_has_no_place_beside_them(beside: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"within `steps`|follow from `steps`"):
        Preprocessing(steps=[RESIZE], **beside)


def test_a_pipeline_is_restored_from_every_format(tmp_path: Any) -> None:
    spec = Preprocessing(steps=[SHORTER, CROP, {"step": "normalize", "mean": np.array([0.5])}])
    assert msgspec.json.decode(msgspec.json.encode(spec), type=Preprocessing) == spec
    assert msgspec.convert(json.loads(msgspec.json.encode(spec)), Preprocessing) == spec
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert hash(spec) == hash(pickle.loads(pickle.dumps(spec)))
    skops.io.dump(ImagePreprocessing(spec), tmp_path / "model.skops")
    trusted = skops.io.get_untrusted_types(file=tmp_path / "model.skops")
    assert skops.io.load(tmp_path / "model.skops", trusted=trusted).spec == spec


def test_a_pipeline_is_described_in_one_line() -> None:
    spec = Preprocessing(steps=[Step.from_keys("resize", like="torchvision", shorter=16), CROP])
    assert describe_steps(spec.steps) == (
        "resize (method bilinear, like torchvision, shorter 16) → crop (height 8, width 8, like torchvision)"
    )
