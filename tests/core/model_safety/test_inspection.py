"""The inspection process for model files: its limits, its isolation, and the files it accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from lightgbm import LGBMClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError
from webparity.model_safety.inspection import inspect_model_file
from webparity.model_safety.limits import GraphLimits, use_graph_limits
from webparity.models.estimators.file import load_estimator

pytestmark = pytest.mark.slow

VALUES = np.random.default_rng(0).normal(size=(60, 5))
LABELS = np.arange(60) % 3
FAR_TOO_SHORT_S = 0.001


@pytest.fixture
def boosted(tmp_path: Path) -> Path:
    XGBClassifier(n_estimators=2).fit(VALUES, LABELS).save_model(tmp_path / "model.json")
    return tmp_path / "model.json"


def test_an_inspection_that_does_not_end_is_stopped(boosted: Path) -> None:
    with pytest.raises(UnsupportedModelError, match=r"read in time; received model\.json"):
        inspect_model_file(boosted, "xgboost", time_s=FAR_TOO_SHORT_S)


def test_more_time_and_memory_can_be_allowed(boosted: Path) -> None:
    with use_graph_limits(GraphLimits(inspection_seconds=60, inspection_memory=2**33)):
        assert inspect_model_file(boosted, "xgboost", time_s=FAR_TOO_SHORT_S) == 0


def test_a_module_where_the_command_is_called_is_not_imported(
    boosted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("xgboost", "numpy", "json"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'canary')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    inspect_model_file(boosted, "xgboost")
    assert not (tmp_path / "canary").exists()


def test_memory_is_bounded_by_the_size_of_the_file(boosted: Path) -> None:
    text = boosted.read_text()
    boosted.write_text(text.replace('"num_feature":"5"', '"num_feature":"2000000000"'))
    assert boosted.read_text() != text
    with pytest.raises(UnsupportedModelError, match="fits into memory"):
        inspect_model_file(boosted, "xgboost")


# Newer versions of XGBoost write the same files and advise another booster.
@pytest.mark.filterwarnings(r"ignore:.*`booster=\w+` is deprecated:UserWarning")
@pytest.mark.parametrize("booster", ["gbtree", "dart", "gblinear"])
@pytest.mark.parametrize("suffix", [".json", ".ubj"])
def test_every_booster_of_xgboost_passes(booster: str, suffix: str, tmp_path: Path) -> None:
    XGBClassifier(n_estimators=2, booster=booster).fit(VALUES, LABELS).save_model(tmp_path / f"model{suffix}")
    assert inspect_model_file(tmp_path / f"model{suffix}", "xgboost") == 0


@pytest.mark.parametrize("classes", [2, 3])
def test_lightgbm_passes(classes: int, tmp_path: Path) -> None:
    model = LGBMClassifier(n_estimators=2, min_child_samples=2, verbose=-1).fit(VALUES, np.arange(60) % classes)
    model.booster_.save_model(tmp_path / "model.txt")
    assert inspect_model_file(tmp_path / "model.txt", "lightgbm") == 0


@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeClassifier(max_leaf_nodes=9),
        RandomForestClassifier(5),
        GradientBoostingClassifier(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=3),
        AdaBoostClassifier(n_estimators=3),
        BaggingClassifier(n_estimators=3, max_features=0.5),
        VotingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier())], voting="soft"),
        StackingClassifier([("a", DecisionTreeClassifier())], final_estimator=RandomForestClassifier(5)),
    ],
    ids=lambda model: type(model).__name__,
)
def test_trees_as_they_were_grown_pass_and_answer_alike(model: Any, tmp_path: Path) -> None:
    skops.io.dump(model.fit(VALUES, LABELS), tmp_path / "model.skops")
    read = load_estimator(tmp_path / "model.skops", "sklearn")
    assert np.array_equal(read.predict_proba(VALUES), model.predict_proba(VALUES))
