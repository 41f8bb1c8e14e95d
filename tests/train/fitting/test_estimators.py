"""Every recipe without a network: trained in seconds, saved, loaded, the same for the same seed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from webparity.errors import DatasetError
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.model_file import serialize_model
from webparity.registry import discover
from webparity.train import fit
from webparity.train.datasets.chest import load_chest
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.fitting.estimator import fit_estimator
from webparity.train.fitting.estimator_decision import shift_decision
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Recipe
from webparity.train.trained import Trained, load_run, save_run

pytestmark = pytest.mark.slow

RECIPES: dict[str, Recipe] = {
    name: recipe
    for name, recipe in discover("webparity.train.recipes", "RECIPE").items()
    if isinstance(recipe.plan(recipe.choose()), EstimatorPlan) and "classes" in recipe.choose()
}
CASES: dict[str, dict[str, str | int]] = {
    "chest-linear-svc": {},
    "chest-knn": {},
    "chest-svc": {"kernel": "rbf"},
    "chest-xgboost": {},
    "chest-catboost": {"trees": 100, "depth": 4},
}
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 40, 50, 3), dtype=np.uint8)
Train = Callable[..., Trained]


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", CASES)
def test_a_run_is_loaded_as_it_was_trained(small_trained: Train, tmp_path: Path, name: str, classes: int) -> None:
    trained = small_trained(name, classes=classes, **CASES[name])
    save_run(trained, tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert loaded.kind == trained.kind
    expected, received = (run.baked(IMAGES, ("probabilities", "scores", "pixels")) for run in (trained, loaded))
    for tap, values in expected.items():
        assert values.dtype == np.float32
        assert np.array_equal(values, received[tap]), tap
    assert expected["probabilities"].shape == expected["scores"].shape == (5, classes)
    assert np.allclose(expected["probabilities"].sum(axis=1), 1, atol=1e-6)
    assert serialize_model(loaded.model) == serialize_model(trained.model)


@pytest.mark.parametrize("name", CASES)
def test_the_same_seed_gives_the_same_bytes(small_trained: Train, radiographs: Path, name: str) -> None:
    choices = {"classes": 2, **CASES[name]}
    again = fit(RECIPES[name], load_chest(str(radiographs), 2), choices=choices, seed=0)
    assert serialize_model(again.model) == serialize_model(small_trained(name, **choices).model)


@pytest.mark.parametrize("name", CASES)
def test_a_pipeline_takes_images(small_trained: Train, name: str) -> None:
    trained = small_trained(name, classes=2, **CASES[name])
    assert isinstance(trained.baked, EstimatorBaked)
    labels = trained.baked.pipeline.predict(list(IMAGES))
    assert np.array_equal(labels, trained.baked(IMAGES)["probabilities"].argmax(axis=1))


def test_every_such_recipe_is_tested_here() -> None:
    assert sorted(CASES) == sorted(RECIPES)


def test_a_run_of_a_classifier_is_loaded_without_tensorflow(small_trained: Train, tmp_path: Path) -> None:
    save_run(small_trained("chest-linear-svc", classes=2), tmp_path / "run")
    script = (
        "import sys; from pathlib import Path; from webparity.train.trained import load_run; "
        "load_run(Path(sys.argv[1])).baked; print('tensorflow' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "run")], check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "False"


def test_xgboost_has_a_grid_of_32_points() -> None:
    assert np.prod([len(values) for values in RECIPES["chest-xgboost"].space.values()]) == 32


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ["chest-knn", "chest-xgboost", "chest-catboost"])
def test_a_shift_multiplies_the_odds(small_trained: Train, tmp_path: Path, name: str, classes: int) -> None:
    trained = small_trained(name, classes=classes, **CASES[name])
    save_run(trained, tmp_path / "run")
    before = trained.baked(IMAGES)["probabilities"].astype(np.float64)
    shift = np.array([0.0, 0.7, -0.4][:classes], dtype=np.float32)
    shifted = EstimatorBaked(shift_decision(load_run(tmp_path / "run").model, shift), trained.preprocessing)
    expected = before * np.exp(shift)
    expected /= expected.sum(axis=1, keepdims=True)
    assert np.allclose(shifted(IMAGES)["probabilities"], expected, atol=1e-6)


def test_one_patient_a_class_cannot_be_calibrated() -> None:
    split = Split(np.repeat(IMAGES, 2, axis=0), np.arange(10) % 2, groups=np.arange(10) % 2)
    dataset = Dataset("tiny", ("a", "b"), split, split, split)
    recipe = RECIPES["chest-linear-svc"]
    plan = recipe.plan(recipe.choose())
    assert isinstance(plan, EstimatorPlan)
    with pytest.raises(DatasetError, match="at least 2 patients"):
        fit_estimator(plan, dataset, seed=0)
