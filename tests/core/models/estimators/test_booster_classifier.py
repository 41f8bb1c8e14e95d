"""Files of LightGBM models: they keep the labels and are enough to predict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import Booster, LGBMClassifier, LGBMRanker, LGBMRegressor

from webparity.errors import UnsupportedModelError
from webparity.models.baked import bake
from webparity.models.estimators.booster_classifier import read_lightgbm, serialize_lightgbm
from webparity.models.estimators.file import load_estimator, serialize_estimator
from webparity.models.model_kind import get_model_kind
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=4, width=3, scale=1.0)
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.integers(0, 256, (300, 12)).astype(np.float32)
LABELS: dict[str, Any] = {
    "two names": np.array(["ant", "bee"]),
    "three names": np.array(["ameise", "biene", "kühe"]),
    "numbers": np.array([3, 5, 9]),
    "truths": np.array([False, True]),
}


def _fit(names: Any) -> LGBMClassifier:
    labels = names[np.digitize(VALUES[:, 0], np.arange(1, len(names)) * 256 / len(names))]
    return LGBMClassifier(n_estimators=4, num_leaves=5, verbose=-1, n_jobs=1).fit(VALUES, labels)


@pytest.mark.parametrize("names", LABELS.values(), ids=LABELS)
def test_a_file_keeps_labels_and_answers(tmp_path: Path, names: Any) -> None:
    model, file = _fit(names), tmp_path / "model.txt"
    file.write_bytes(data := serialize_estimator(model))
    read = load_estimator(file, "lightgbm")
    assert get_model_kind(model) == get_model_kind(read) == "lightgbm"
    assert np.array_equal(read.classes_, model.classes_)
    assert np.array_equal(read.predict_proba(VALUES), model.predict_proba(VALUES))
    assert np.array_equal(read.predict(VALUES), model.predict(VALUES))
    assert serialize_estimator(read) == data


@pytest.mark.parametrize("make", [lambda model: model, lambda model: read_lightgbm(serialize_lightgbm(model))])
@pytest.mark.parametrize("classes", [2, 3])
def test_images_go_through_either_form(make: Callable[[Any], Any], classes: int) -> None:
    model = _fit(np.arange(classes))
    baked = bake(make(model), SPEC)
    images = RANDOM.integers(0, 256, (20, 9, 7, 3), dtype=np.uint8)
    outputs = baked(images, ("pixels", "probabilities", "scores"))
    flat = outputs["pixels"].reshape(20, -1)
    assert (baked.kind, baked.classes, baked.is_discontinuous) == ("lightgbm", classes, True)
    assert np.abs(outputs["probabilities"] - model.predict_proba(flat)).max() <= 1e-6
    raw = model.booster_.predict(flat, raw_score=True)
    assert np.abs(outputs["scores"][:, -1] - (raw if classes == 2 else raw[:, -1])).max() <= 1e-6


def test_lightgbm_itself_reads_the_file() -> None:
    model = _fit(LABELS["three names"])
    alone = Booster(model_str=serialize_lightgbm(model).decode())
    assert np.array_equal(alone.predict(VALUES), model.predict_proba(VALUES))


def test_without_labels_classes_are_numbered() -> None:
    model = _fit(LABELS["three names"])
    assert read_lightgbm(model.booster_.model_to_string().encode()).classes_.tolist() == [0, 1, 2]


def test_a_regressor_answers_as_before() -> None:
    regressor = LGBMRegressor(n_estimators=2, verbose=-1, n_jobs=1).fit(VALUES, VALUES[:, 0])
    read = read_lightgbm(serialize_lightgbm(regressor))
    assert np.array_equal(read.predict(VALUES), regressor.predict(VALUES))


def test_other_models_are_refused() -> None:
    ranks = np.arange(len(VALUES)) % 3
    ranker = LGBMRanker(n_estimators=2, verbose=-1, n_jobs=1).fit(VALUES, ranks, group=[len(VALUES)])
    with pytest.raises(UnsupportedModelError, match="objective lambdarank"):
        read_lightgbm(ranker.booster_.model_to_string().encode())
    data = serialize_lightgbm(_fit(LABELS["three names"]))
    with pytest.raises(UnsupportedModelError, match="3 class labels"):
        read_lightgbm(data.replace(b'"ameise", ', b""))


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7])
def test_a_damaged_file_is_refused(tmp_path: Path, part: float) -> None:
    data = serialize_lightgbm(_fit(LABELS["numbers"]))
    (tmp_path / "model.txt").write_bytes(data[: int(len(data) * part)])
    with pytest.raises(UnsupportedModelError, match=r"model\.txt"):
        load_estimator(tmp_path / "model.txt", "lightgbm")
