"""Runs: the same seed gives the same file, and loading restores what was saved."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from webparity.errors import UsageError
from webparity.models.keras.file import serialize_network
from webparity.train import fit
from webparity.train.datasets.dataset import Dataset
from webparity.train.recipes.mnist_cnn import RECIPE
from webparity.train.trained import load_run, save_run


def _shrink(dataset: Dataset) -> Dataset:
    return replace(dataset, train=dataset.validation)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    dataset = _shrink(RECIPE.load("mnist-subset", {}))
    steps: list[tuple[int, int]] = []
    digests = []
    for number, seed in enumerate((3, 3, 4)):
        run = fit(RECIPE, dataset, seed=seed, epochs=2, progress=lambda done, total, _: steps.append((done, total)))
        save_run(run, tmp_path / str(number))
        digests.append(hashlib.sha256((tmp_path / str(number) / "model.keras").read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]
    assert (tmp_path / "0" / "run.json").read_bytes() == (tmp_path / "1" / "run.json").read_bytes()
    assert steps[: len(steps) // 3] == [(i + 1, 8) for i in range(8)]


def test_epochs_and_seed_must_make_sense() -> None:
    dataset = RECIPE.load("mnist-subset", {})
    for options in ({"epochs": 0}, {"seed": -1}):
        with pytest.raises(UsageError, match="epochs of 1 or more"):
            fit(RECIPE, dataset, **options)


def test_a_run_is_loaded_as_it_was_saved(trained_run: Path, tmp_path: Path) -> None:
    run = load_run(trained_run)
    assert run.recipe == "mnist-cnn"
    assert run.metrics["accuracy"] > 0.9
    assert run.metrics["images"] == 1000
    assert {sample.label for sample in run.samples} == set(range(10))
    save_run(run, tmp_path / "again")
    again = load_run(tmp_path / "again")
    assert serialize_network(again.model) == serialize_network(run.model) == (trained_run / "model.keras").read_bytes()
    assert all(np.array_equal(a.image, b.image) for a, b in zip(run.samples, again.samples, strict=True))


def test_a_run_is_described_without_its_images(trained_run: Path) -> None:
    shown = repr(load_run(trained_run))
    assert shown.startswith("Trained(recipe='")
    assert "metrics={" in shown
    assert "array(" not in shown
    assert len(shown) < 2_000


def test_a_split_is_described_by_its_number_of_images() -> None:
    assert repr(RECIPE.load("mnist-subset", {}).test) == "Split(1000 images)"


@pytest.mark.parametrize("file", ["model.keras", "samples/00.png"])
def test_an_altered_run_is_refused(trained_run: Path, tmp_path: Path, file: str) -> None:
    copy = shutil.copytree(trained_run, tmp_path / "run")
    data = bytearray((copy / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / file).write_bytes(data)
    with pytest.raises(UsageError, match=file):
        load_run(copy)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="webparity train"):
        load_run(tmp_path)
