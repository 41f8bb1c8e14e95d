"""Model files of users: safe formats are read, those that may run code only with --trust."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import joblib
import keras
import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.inputs.load import load_user_model
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=5, width=4, scale=1.0)
IMAGES = np.random.default_rng(0).integers(0, 256, (60, 9, 7, 3), dtype=np.uint8)
NAMES = np.array(["cat", "dog", "fox"])[np.arange(60) % 3]
NOTHING: dict[str, Any] = {"preprocessing": None, "labels": None, "golden": None}


def _make_pipeline() -> Any:
    return make_pipeline(ImagePreprocessing(SPEC), StandardScaler(), LogisticRegression()).fit(IMAGES, NAMES)


class _Gadget:
    """Whose unpickling makes a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return (Path.touch, (self.file,))


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib"])
def test_a_pickle_is_not_opened_unless_trusted(tmp_path: Path, suffix: str) -> None:
    file, made = tmp_path / f"model{suffix}", tmp_path / "made"
    file.write_bytes(pickle.dumps(_Gadget(made)))
    with pytest.raises(UsageError, match=r"runs whatever code it holds.*--trust"):
        load_user_model(file, **NOTHING)
    assert not made.exists()
    with pytest.raises(UsageError, match="received NoneType"):
        load_user_model(file, **NOTHING, trust=True)
    assert made.exists()


def test_a_pipeline_brings_its_preprocessing_and_labels(tmp_path: Path) -> None:
    pipeline = _make_pipeline()
    skops.io.dump(pipeline, tmp_path / "model.skops")
    joblib.dump(pipeline, tmp_path / "model.joblib")
    for name in ("model.skops", "model.joblib"):
        exportable = load_user_model(tmp_path / name, **NOTHING, trust=name.endswith("joblib"))
        assert exportable.labels == ("cat", "dog", "fox")
        assert exportable.baked.preprocessing == SPEC
        assert np.allclose(exportable.baked(IMAGES)["probabilities"], pipeline.predict_proba(IMAGES), atol=1e-6)


def test_native_files_need_preprocessing(tmp_path: Path) -> None:
    features, labels = ImagePreprocessing(SPEC).transform(IMAGES), np.arange(60) % 3
    (tmp_path / "pre.toml").write_text("height = 5\nwidth = 4\nscale = 1.0\n")
    XGBClassifier(n_estimators=2).fit(features, labels).save_model(tmp_path / "model.json")
    boosted = CatBoostClassifier(iterations=2, verbose=False, allow_writing_files=False).fit(features, labels)
    boosted.save_model(str(tmp_path / "model.cbm"))
    for name, kind in (("model.json", "xgboost"), ("model.cbm", "catboost")):
        with pytest.raises(UsageError, match="--preprocessing"):
            load_user_model(tmp_path / name, **NOTHING)
        exportable = load_user_model(tmp_path / name, **{**NOTHING, "preprocessing": tmp_path / "pre.toml"})
        assert exportable.baked.kind == kind


def test_preprocessing_cannot_be_given_twice(tmp_path: Path) -> None:
    skops.io.dump(_make_pipeline(), tmp_path / "model.skops")
    (tmp_path / "pre.toml").write_text("height = 5\nwidth = 4\n")
    with pytest.raises(UsageError, match="begins with ImagePreprocessing"):
        load_user_model(tmp_path / "model.skops", **{**NOTHING, "preprocessing": tmp_path / "pre.toml"})


def test_h5_is_read_only_if_trusted(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((5, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    keras.saving.save_model(network, tmp_path / "model.h5")
    with pytest.raises(UsageError, match="HDF5"):
        load_user_model(tmp_path / "model.h5", **NOTHING)
    exportable = load_user_model(tmp_path / "model.h5", **NOTHING, trust=True)
    assert exportable.baked.kind == "keras"


@pytest.mark.parametrize("name", ["model.skops", "model.json", "model.cbm"])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(UnsupportedModelError, match=name.replace(".", r"\.")):
        load_user_model(tmp_path / name, **NOTHING)


def test_another_number_of_features_is_refused(tmp_path: Path) -> None:
    skops.io.dump(LogisticRegression().fit(np.eye(4), [0, 1, 0, 1]), tmp_path / "model.skops")
    (tmp_path / "pre.toml").write_text("height = 5\nwidth = 4\n")
    with pytest.raises(UnsupportedModelError, match="received one of 4"):
        load_user_model(tmp_path / "model.skops", **{**NOTHING, "preprocessing": tmp_path / "pre.toml"})
