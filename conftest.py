"""What every test may lean on: a small trained run and its exported bundle, made once into build/ and reused."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from webparity.train.trained import Trained

ROOT = Path(__file__).parent
# Set before TensorFlow is first imported: its start-up notes are not ours to read in a test log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("WEBPARITY_CACHE", str(ROOT / "build" / "cache"))

# How long an example takes is the machine's affair; `bench/` measures.
settings.register_profile("webparity", deadline=None)
settings.load_profile("webparity")

# Few passes: the tests ask whether runtimes agree, not how good the model is.
_EPOCHS = 12


def _training_digest() -> str:
    total = hashlib.sha256()
    for folder in ("core", "train"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            total.update(file.read_bytes())
    return total.hexdigest()[:12]


@pytest.fixture(scope="session")
def trained_run() -> Path:
    """A run folder of `mnist-cnn` on the embedded subset, trained anew when the code of training changes."""
    out = ROOT / "build" / "tests" / f"run-{_training_digest()}"
    if not (out / "run.json").is_file():
        from webparity.train import fit
        from webparity.train.recipes.mnist_cnn import RECIPE
        from webparity.train.trained import save_run

        save_run(fit(RECIPE, RECIPE.load("mnist-subset", {}), seed=0, epochs=_EPOCHS), out)
    return out


@pytest.fixture(scope="session")
def demo_bundle(trained_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of that run with both targets and the page, exported by the code as it is now; do not change it."""
    from webparity.export.inputs.run import make_exportable_run
    from webparity.export.pipeline import write_bundle
    from webparity.train.trained import load_run

    out = tmp_path_factory.mktemp("demo") / "bundle"
    write_bundle(make_exportable_run(load_run(trained_run)), out)
    return out


@pytest.fixture(scope="session")
def radiographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 drawn radiographs of 48 x 48 pixels."""
    from webparity.train.datasets.synthetic import draw_synthetic_radiographs

    folder = tmp_path_factory.mktemp("radiographs")
    draw_synthetic_radiographs(folder, images_per_class=30, seed=0, side=48)
    return folder


@pytest.fixture(scope="session")
def small_trained(radiographs: Path) -> Callable[..., Trained]:
    """Trains a recipe, `small_trained("chest-knn", classes=3)`, on a few images and passes, once a session."""
    from webparity.registry import discover
    from webparity.train import fit

    @cache
    def trained(name: str, **choices: str | float) -> Trained:
        recipe = discover("webparity.train.recipes", "RECIPE")[name]
        data = str(radiographs) if recipe.data == "chest" else "mnist-subset"
        return fit(recipe, recipe.load(data, recipe.choose(choices)), choices=choices, seed=0, epochs=1)

    return trained


@pytest.fixture(scope="session")
def small_bundle(
    small_trained: Callable[..., Trained], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Exports what `small_trained` trains, with every target that can take it, once a session; do not change it."""
    from webparity.export.inputs.run import make_exportable_run
    from webparity.export.pipeline import write_bundle

    @cache
    def bundle(name: str, **choices: str | float) -> Path:
        out = tmp_path_factory.mktemp(name) / "bundle"
        write_bundle(make_exportable_run(small_trained(name, **choices)), out, page=False)
        return out

    return bundle
