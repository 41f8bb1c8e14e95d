"""Model files of users: safe formats are read, those that may run code only with --trust."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import joblib
import keras
import lightgbm
import numpy as np
import pytest
import skops.io
import xgboost
from catboost import CatBoost, CatBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.inputs.export_input import read_input
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


def _fit_native() -> dict[str, Any]:
    """Boosters of the native interfaces, of three classes."""
    features, labels = ImagePreprocessing(SPEC).transform(IMAGES), np.arange(60) % 3
    trees = {"num_class": 3, "max_depth": 2}
    quiet = {"verbose": -1, "min_data_in_leaf": 3}
    return {
        "xgboost": xgboost.train(trees | {"objective": "multi:softprob"}, xgboost.DMatrix(features, label=labels), 3),
        "lightgbm": lightgbm.train(trees | quiet | {"objective": "multiclass"}, lightgbm.Dataset(features, labels), 3),
        "catboost": CatBoost(
            {"iterations": 3, "depth": 2, "loss_function": "MultiClass", "verbose": 0, "allow_writing_files": False}
        ).fit(features, labels),
    }


def test_native_boosters_answer_as_they_do_themselves() -> None:
    values = ImagePreprocessing(SPEC).transform(IMAGES)
    boosters = _fit_native()
    expected = {
        "xgboost": boosters["xgboost"].predict(xgboost.DMatrix(values)),
        "lightgbm": boosters["lightgbm"].predict(values),
        "catboost": boosters["catboost"].predict(values, prediction_type="Probability"),
    }
    for kind, booster in boosters.items():
        exportable, _ = read_input(booster, preprocessing=SPEC)
        assert exportable.baked.kind == kind
        np.testing.assert_allclose(exportable.baked(IMAGES)["probabilities"], expected[kind], atol=1e-6)


def test_a_native_booster_of_xgboost_keeps_the_trees_behind_its_best_iteration() -> None:
    booster = _fit_native()["xgboost"]
    booster.set_attr(best_iteration="0")
    values = ImagePreprocessing(SPEC).transform(IMAGES)
    exportable, _ = read_input(booster, preprocessing=SPEC)
    expected = booster.predict(xgboost.DMatrix(values))
    np.testing.assert_allclose(exportable.baked(IMAGES)["probabilities"], expected, atol=1e-6)
    assert booster.attr("best_iteration") == "0"


@pytest.mark.parametrize(
    ("name", "kind", "form"),
    [
        ("a.model", "xgboost", "ubj"),
        ("b.bin", "xgboost", "json"),
        ("c.model", "lightgbm", "txt"),
        ("d.json", "catboost", "json"),
        ("e.model", "catboost", "cbm"),
    ],
)
def test_a_boosters_file_is_recognized_whatever_its_suffix(tmp_path: Path, name: str, kind: str, form: str) -> None:
    booster, written = _fit_native()[kind], tmp_path / f"written.{form}"
    booster.save_model(str(written), **({"format": form} if kind == "catboost" else {}))
    file = written.rename(tmp_path / name)
    exportable = load_user_model(file, preprocessing=SPEC, labels=None, golden=None)
    assert exportable.baked.kind == kind
    in_memory, _ = read_input(booster, preprocessing=SPEC)
    scores = [each.baked(IMAGES, ("scores",))["scores"] for each in (exportable, in_memory)]
    np.testing.assert_array_equal(*scores)


def test_a_pickle_under_another_suffix_needs_trust(tmp_path: Path) -> None:
    file = tmp_path / "classifier.model"
    file.write_bytes(pickle.dumps(_make_pipeline()))
    with pytest.raises(UsageError, match="--trust"):
        load_user_model(file, **NOTHING)
    assert load_user_model(file, **NOTHING, trust=True).labels == ("cat", "dog", "fox")


def test_xgboosts_old_binary_files_are_refused_with_the_way_to_convert_them(tmp_path: Path) -> None:
    file = tmp_path / "old.model"
    file.write_bytes(b"binf" + bytes(100))
    with pytest.raises(UsageError, match=r"old binary format.*save_model\('model.json'\)"):
        load_user_model(file, **NOTHING)


@pytest.mark.parametrize(
    ("beside", "labels"),
    [
        ({"labels": ["red", "green", "blue"]}, ("red", "green", "blue")),
        ({"class_names": np.array(["red", "green", "blue"])}, ("red", "green", "blue")),
        ({"label_encoder": LabelEncoder().fit(["red", "green", "blue"])}, ("blue", "green", "red")),
        ({"class_to_idx": {"red": 0, "blue": 2, "green": 1}}, ("red", "green", "blue")),
        ({"id2label": {"0": "red", "1": "green", "2": "blue"}}, ("red", "green", "blue")),
        # Those of the training images, and too few.
        ({"labels": [0, 1, 2, 0, 1]}, ("0", "1", "2")),
        ({"classes": ["red", "green"]}, ("0", "1", "2")),
    ],
)
def test_names_beside_a_model_become_its_labels_if_they_fit(beside: dict[str, Any], labels: tuple[str, ...]) -> None:
    model = GaussianNB().fit(ImagePreprocessing(SPEC).transform(IMAGES), np.arange(60) % 3)
    exportable, _ = read_input({"model": model, "accuracy": 0.9} | beside, preprocessing=SPEC)
    assert exportable.labels == labels
    given, _ = read_input({"model": model} | beside, preprocessing=SPEC, labels=["one", "two", "three"])
    assert given.labels == ("one", "two", "three")


def test_the_models_own_names_count_before_equal_names_in_another_order() -> None:
    model = GaussianNB().fit(ImagePreprocessing(SPEC).transform(IMAGES), NAMES)
    exportable, _ = read_input({"model": model, "labels": ["fox", "dog", "cat"]}, preprocessing=SPEC)
    assert exportable.labels == ("cat", "dog", "fox")


def test_a_scaler_beside_a_model_is_not_left_out_silently() -> None:
    values = ImagePreprocessing(SPEC).transform(IMAGES)
    scaler = StandardScaler().fit(values)
    model = GaussianNB().fit(scaler.transform(values), NAMES)
    with pytest.raises(UsageError, match=r"'scaler' \(StandardScaler\) beside it.*Pipeline"):
        read_input({"model": model, "scaler": scaler}, preprocessing=SPEC)
