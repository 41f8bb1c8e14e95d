"""Evaluation of a trained model through the function that notebooks call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from webparity.errors import DatasetError, UsageError
from webparity.train import Trained, evaluate, load_run
from webparity.train.recipes.mnist_cnn import RECIPE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(trained_run: Path) -> Trained:
    return load_run(trained_run)


def test_the_test_split_of_the_training_data_is_measured_by_default(run: Trained) -> None:
    told: list[tuple[str, int, int]] = []
    found = evaluate(run, progress=lambda *step: told.append(step))
    assert found.metrics.summarize() == pytest.approx(run.metrics, abs=1e-6)
    assert told[-1] == ("measuring", 1000, 1000)
    assert found.facts["data"] == "mnist-subset, test split"
    assert found.facts["trained on"] == "mnist-subset"
    assert found.facts["recipe"] == "mnist-cnn"


def test_another_split_is_measured(run: Trained) -> None:
    found = evaluate(run, "mnist-subset", split="validation", progress=lambda *_: None)
    assert found.metrics.images == 400
    assert found.facts["data"] == "mnist-subset, validation split"


def test_probabilities_of_the_training_are_used_for_its_own_test_images_only(run: Trained) -> None:
    digits = RECIPE.load("mnist-subset", {})
    certain = np.eye(10)[digits.test.labels]
    known = replace(run, probabilities=certain)
    assert evaluate(known, digits).metrics.accuracy == 1
    others = replace(digits, name="others", test=digits.validation)
    found = evaluate(known, others)
    assert (found.metrics.images, found.metrics.accuracy < 1) == (400, True)
    assert found.facts["trained on"] == "mnist-subset, other data than these"


def test_data_of_other_classes_are_refused(run: Trained) -> None:
    digits = replace(RECIPE.load("mnist-subset", {}), label_names=tuple("abcdefghij"))
    with pytest.raises(UsageError, match=r"Expected data of the classes 0, 1, .* received a, b, .* Give the data of"):
        evaluate(run, digits)


def test_a_split_that_does_not_exist_and_data_that_are_missing_are_refused(run: Trained, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Expected a split among train, validation and test; received 'all'"):
        evaluate(run, split="all")
    with pytest.raises(DatasetError, match=r"received .*missing\.npz"):
        evaluate(run, tmp_path / "missing.npz")
