"""Training through the function that notebooks call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import webparity.train
from webparity.errors import DatasetError, UsageError
from webparity.train import Trained, evaluate, fit, load_run, save_run
from webparity.train.datasets.dataset import Dataset
from webparity.train.recipes.recipe import Choices, Recipe
from webparity.train.recipes.registry import discover_recipes, find_recipe


def test_the_public_names_are_sorted_and_there() -> None:
    assert webparity.train.__all__ == sorted(webparity.train.__all__)
    for name in webparity.train.__all__:
        assert getattr(webparity.train, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'predict'"):
        _ = webparity.train.predict


def test_a_recipe_is_found_by_its_name() -> None:
    assert find_recipe("chest-knn") is discover_recipes()["chest-knn"]
    with pytest.raises(UsageError, match=r"Expected a recipe among chest-catboost, .*; received 'chest'"):
        fit("chest")


def test_data_are_loaded_by_name_or_by_path(radiographs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Choices]] = []
    knn = find_recipe("chest-knn")

    def load(data: str, choices: Choices, progress: object = None) -> Dataset:
        del progress
        asked.append((data, dict(choices)))
        return knn.load(str(radiographs), choices)

    recipe: Recipe = replace(knn, load=load)
    monkeypatch.setattr("webparity.train.training.find_recipe", {"chest-knn": recipe}.__getitem__)
    by_default, by_path = fit("chest-knn", choices={"neighbours": 1}), fit(recipe, radiographs)
    assert [data for data, _ in asked] == ["chest", str(radiographs)]
    assert asked[0][1] == {"classes": 2, "neighbours": 1}
    assert by_default.choices["neighbours"] == 1
    assert by_path.metrics == fit(knn, knn.load(str(radiographs), knn.choose())).metrics


def test_a_trained_model_is_saved_loaded_and_evaluated(radiographs: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, dict[str, float]]] = []
    trained: Trained = fit("chest-knn", radiographs, progress=lambda *step: told.append(step))
    assert told == [] or told[-1][0] == told[-1][1]
    save_run(trained, tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert loaded.metrics == trained.metrics
    assert evaluate(loaded).metrics.summarize() == pytest.approx(trained.metrics, abs=1e-6)


def test_a_bar_is_drawn_without_a_callback(radiographs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, int, int]] = []

    class Bar:
        def __enter__(self) -> object:
            return lambda *step: drawn.append(step)

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("webparity.train.training.open_progress", Bar)
    monkeypatch.setenv("WEBPARITY_CACHE", str(radiographs.parent / "another-cache"))
    trained = fit("chest-knn", radiographs)
    images = int(trained.metrics["images"])
    assert {task for task, _, _ in drawn} == {"reading the data", "preprocessing"}
    assert drawn[-1][1] == drawn[-1][2] > 0
    assert images > 0


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"received .*nowhere"):
        fit("chest-knn", tmp_path / "nowhere")
