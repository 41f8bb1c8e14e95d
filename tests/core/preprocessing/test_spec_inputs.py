"""The same validation for every input: Python, JSON, TOML, skops and pickle."""

from __future__ import annotations

import copy
import json
import pickle
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import skops.io
from hypothesis import given
from hypothesis import strategies as st

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_file import read_preprocessing
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Hog, Preprocessing

SIZE = {"height": 8, "width": 9}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**5000),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["gray", "rgb", "bgr", *FITS, "unknown", *INTERPOLATIONS, "opencv", "pillow"]),
    st.sampled_from(
        [np.float32(0.5), np.int64(3), np.bool_(True), np.array([0.5]), np.zeros((2, 2)), b"gray", object()]
    ),
    st.lists(st.one_of(st.floats(), st.integers(-2, 2), st.text(max_size=2)), max_size=4),
)


def make_id(value: Any) -> str:
    return str(value) if not isinstance(value, int) or value < 100 else "huge"


FIELDS = [name for name in Preprocessing.__dataclass_fields__ if name != "hog"]


@pytest.mark.parametrize(
    ("given_fields", "said"),
    [
        ({"channels": "hsv"}, r"`channels` to be one of gray, rgb, bgr; received 'hsv'"),
        ({"fit": "unknown"}, f"`fit` to be one of {', '.join(FITS)}; received 'unknown'"),
        ({"resize": "unknown"}, f"`resize` to be one of {', '.join(INTERPOLATIONS)}; received 'unknown'"),
        ({"like": "skimage"}, "received 'skimage'"),
        ({"channels": None}, "received None"),
        ({"height": 8.0}, "whole number for `height`; received 8.0"),
        ({"height": True}, "received True"),
        ({"width": "9"}, "received '9'"),
        ({"scale": "1/255"}, "received '1/255'"),
        ({"scale": float("nan")}, "received nan"),
        ({"scale": 0}, "other than 0"),
        ({"scale": 1e300}, "float32"),
        ({"offset": 1e-300}, "float32"),
        ({"offset": 10**400}, "float32"),
        ({"mean": 0.5}, "list of numbers for `mean`"),
        ({"mean": "5"}, "list of numbers for `mean`"),
        ({"std": [float("inf")]}, "`std`"),
        ({"std": [True]}, "received True"),
        ({"hog": {"orientations": 9}}, r"Give Hog\(\.\.\.\)"),
        ({"height": 10**5000}, "from 1 to 2048"),
    ],
)
def test_a_value_of_another_kind_is_refused(given_fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Preprocessing(**(SIZE | given_fields))


@pytest.mark.parametrize("name", ["orientations", "pixels_per_cell", "cells_per_block", "normalisation"])
@pytest.mark.parametrize("value", [0.5, "L3", None, True, 0, 10**5000], ids=make_id)
def test_hog_takes_no_other_values(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match="Expected"):
        Hog(**({"orientations": 9, "pixels_per_cell": 4, "cells_per_block": 2} | {name: value}))


def test_numbers_and_lists_of_numpy_become_pythons() -> None:
    spec = Preprocessing(
        height=np.int64(8),
        width=np.uint8(9),
        scale=np.float64(0.5),
        mean=np.array([0.25]),
        std=[1],
    )
    assert spec == Preprocessing(height=8, width=9, scale=0.5, mean=(0.25,), std=(1.0,))
    assert hash(spec) == hash(Preprocessing(height=8, width=9, scale=0.5, mean=(0.25,), std=(1.0,)))


@given(fields=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=3))
def test_a_valid_specification_can_be_written_and_read(fields: dict[str, Any]) -> None:
    try:
        spec = Preprocessing(**(SIZE | fields))
    except UsageError:
        return
    assert msgspec.json.decode(msgspec.json.encode(spec), type=Preprocessing) == spec
    assert json.loads(msgspec.json.encode(spec)) == json.loads(json.dumps(asdict(spec)))
    for same in (pickle.loads(pickle.dumps(spec)), copy.deepcopy(spec)):
        assert same == spec


@given(
    orientations=st.integers(1, 36),
    cell=st.integers(1, 4),
    block=st.integers(1, 3),
    scale=st.floats(1e-30, 1e30),
)
def test_hog_is_restored_from_every_format(orientations: int, cell: int, block: int, scale: float) -> None:
    hog = Hog(orientations=orientations, pixels_per_cell=cell, cells_per_block=block)
    spec = Preprocessing(height=16, width=12, scale=scale, hog=hog)
    assert msgspec.json.decode(msgspec.json.encode(spec), type=Preprocessing) == spec
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    "change", [{"channels": "hsv"}, {"fit": "crop"}, {"scale": "x"}, {"more": 1}, {"height": None}]
)
def test_a_model_file_with_other_values_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    spec = Preprocessing(**SIZE)
    spec.__dict__.update(change)
    skops.io.dump(ImagePreprocessing(spec), tmp_path / "model.skops")
    trusted = [
        "webparity.preprocessing.spec.Preprocessing",
        "webparity.preprocessing.sklearn_transformer.ImagePreprocessing",
    ]
    with pytest.raises(UsageError, match="Expected"):
        skops.io.load(tmp_path / "model.skops", trusted=trusted)
    with pytest.raises(UsageError, match="Expected"):
        pickle.loads(pickle.dumps(spec))


def test_a_toml_file_goes_through_the_same_door(tmp_path: Path) -> None:
    file = tmp_path / "pre.toml"
    for line in ('channels = "hsv"', 'fit = "crop"', "scale = nan", "scale = true", "height = 8.5", "mean = [nan]"):
        text = "".join(f"{name} = {value}\n" for name, value in SIZE.items() if not line.startswith(name)) + line
        tomllib.loads(text)
        file.write_text(text)
        with pytest.raises(UsageError, match="Expected"):
            read_preprocessing(file)
