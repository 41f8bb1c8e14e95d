"""A killed training resumes from its checkpoint with the same result."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from webparity.models.keras.file import serialize_network
from webparity.train import fit
from webparity.train.datasets.dataset import Dataset
from webparity.train.fitting.checkpoint import Checkpoint, TrainingState
from webparity.train.recipes.mnist_cnn import RECIPE
from webparity.train.recipes.recipe import Recipe

# All that a training can carry from epoch to epoch.
_AVERAGED: Recipe = replace(RECIPE, plan=lambda choices: replace(RECIPE.plan(choices), averaging=0.9, patience=None))
_EPOCHS = 5
_SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_checkpoint
test_checkpoint.train(Path(sys.argv[2]), Path(sys.argv[3]))
"""


def make_small() -> Dataset:
    dataset = RECIPE.load("mnist-subset", {})
    return replace(dataset, train=dataset.test, validation=dataset.validation.take(np.arange(100)))


def train(checkpoint: Path | None, out: Path) -> None:
    """Dropout and augmentation take part: both must continue with the random numbers of an uninterrupted training.

    So does the average of the weights.
    """
    trained = fit(_AVERAGED, make_small(), seed=5, epochs=_EPOCHS, checkpoint=checkpoint)
    out.write_bytes(serialize_network(trained.model))


def _make_state() -> TrainingState:
    arrays = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, dtype=np.int64)]
    return TrainingState(
        weights=arrays,
        optimizer=arrays[1:],
        average=arrays[::-1],
        best=arrays[:1],
        best_epoch=0,
        history={"loss": [0.1], "val_loss": [0.3]},
    )


def test_a_state_is_restored_unchanged(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "new" / "state", "key")
    assert kept.load() is None
    kept.save(_make_state())
    loaded = kept.load()
    assert loaded is not None
    assert (loaded.best_epoch, loaded.history, loaded.epochs) == (0, _make_state().history, 1)
    for name in ("weights", "optimizer", "average", "best"):
        for expected, received in zip(getattr(_make_state(), name), getattr(loaded, name), strict=True):
            assert expected.dtype == received.dtype
            assert np.array_equal(expected, received)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["state"]


def test_a_state_of_another_training_is_not_taken_up(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "state", "one").save(_make_state())
    assert Checkpoint(tmp_path / "state", "another").load() is None


@pytest.mark.parametrize("damage", [b"", b"PK nothing", None], ids=["empty", "no archive", "cut short"])
def test_a_damaged_state_is_not_taken_up(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "state"
    Checkpoint(file, "key").save(_make_state())
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)
    assert Checkpoint(file, "key").load() is None


@pytest.mark.slow
def test_a_training_killed_in_mid_epoch_ends_with_the_same_weights(tmp_path: Path) -> None:
    train(None, tmp_path / "whole.keras")
    checkpoint, out = tmp_path / "state", tmp_path / "resumed.keras"
    command = [sys.executable, "-c", _SCRIPT, str(Path(__file__).parent), str(checkpoint), str(out)]
    moments = random.Random(0)
    kills = 0
    while not out.is_file():
        before = checkpoint.stat().st_mtime_ns if checkpoint.is_file() else 0
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            while kills < 2 and process.poll() is None:
                if checkpoint.is_file() and checkpoint.stat().st_mtime_ns != before:
                    time.sleep(moments.uniform(0, 0.1))
                    process.kill()
                    kills += 1
                    break
                time.sleep(0.005)
            error = process.communicate()[1]
        assert process.returncode in {0, -9}, error.decode()
    assert kills == 2
    digests = {hashlib.sha256((tmp_path / f"{name}.keras").read_bytes()).hexdigest() for name in ("whole", "resumed")}
    assert len(digests) == 1
