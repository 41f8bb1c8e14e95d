"""Fixtures that all tests share: a small trained run and bundles of it, made once and kept in `build/tests`."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from webparity.train.trained import Trained

ROOT = Path(__file__).parent
# Set before TensorFlow is first imported: its start-up notes are not ours to read in a test log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("WEBPARITY_CACHE", str(ROOT / "build" / "cache"))

# A shell's background jobs ignore Ctrl+C, and so would the commands that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Modules of `tests/plugins`, which pytest's `pythonpath` names.
pytest_plugins = ["tiers", "figures", "loaded_libraries", "seeds"]

# Few passes: the tests ask whether runtimes agree, not how good the model is.
_EPOCHS = 12
_TRAINING = ["webparity.train"]
_EXPORT = ["webparity.train", "webparity.export"]
# Tables that take part in exports, beside the code.
_TABLES = sorted((ROOT / "export").rglob("*.json"))


@pytest.fixture(scope="session", autouse=True)
def _without_old_folders() -> None:
    """Remove folders that no run used for a week."""
    from kept import remove_unused

    remove_unused()


@pytest.fixture(scope="session")
def trained_run() -> Path:
    """A run folder of `mnist-cnn` on the embedded subset; do not change it."""
    from kept import keep

    def train(out: Path) -> None:
        from webparity.train import fit
        from webparity.train.recipes.mnist_cnn import RECIPE
        from webparity.train.trained import save_run

        save_run(fit(RECIPE, RECIPE.load("mnist-subset", {}), seed=0, epochs=_EPOCHS), out)

    return keep("run", train, packages=_TRAINING)


@pytest.fixture(scope="session")
def demo_bundle(trained_run: Path) -> Path:
    """A bundle of that run with both targets and the page; do not change it."""
    from kept import keep

    def export(out: Path) -> None:
        from webparity.export.inputs.run import make_exportable_run
        from webparity.export.pipeline import write_bundle
        from webparity.train.trained import load_run

        write_bundle(make_exportable_run(load_run(trained_run)), out)

    return keep("demo", export, packages=_EXPORT, files=[*_TABLES, ROOT / "web" / "assets" / "page"])


@pytest.fixture(scope="session")
def radiographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 drawn radiographs of 48 x 48 pixels."""
    from webparity.train.datasets.synthetic import draw_synthetic_radiographs

    folder = tmp_path_factory.mktemp("radiographs")
    draw_synthetic_radiographs(folder, images_per_class=30, seed=0, side=48)
    return folder


@pytest.fixture(scope="session")
def small_trained(radiographs: Path) -> Callable[..., Trained]:
    """Trains a recipe, `small_trained("chest-knn", classes=3)`, on a few images and passes, once per session."""
    from webparity.registry import discover
    from webparity.train import fit

    @cache
    def train(name: str, **choices: str | float) -> Trained:
        recipe = discover("webparity.train.recipes", "RECIPE")[name]
        data = "mnist-subset" if recipe.data == "mnist" else str(radiographs)
        return fit(recipe, recipe.load(data, recipe.choose(choices)), choices=choices, seed=0, epochs=1)

    return train


@pytest.fixture(scope="session")
def small_bundle(small_trained: Callable[..., Trained]) -> Callable[..., Path]:
    """Exports what `small_trained` trains, with every target that can take it; do not change the folder."""
    from kept import keep

    @cache
    def export(name: str, **choices: str | float) -> Path:
        def write(out: Path) -> None:
            from webparity.export.inputs.run import make_exportable_run
            from webparity.export.pipeline import write_bundle

            write_bundle(make_exportable_run(small_trained(name, **choices)), out, page=False)

        chosen = hashlib.sha256(json.dumps(choices, sort_keys=True).encode()).hexdigest()[:8]
        return keep(f"{name}-{chosen}", write, packages=_EXPORT, files=_TABLES)

    return export
