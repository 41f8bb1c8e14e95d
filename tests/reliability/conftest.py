"""Small models, bundles and runs to be altered, and the command line in this process."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running import Command, make_runner
from small_models import SIDE, fit_small_model

LABELS = ("zero", "größer ✓", 'quoted "one"')


@pytest.fixture
def timed(show_figure: Callable[[str], None], request: pytest.FixtureRequest) -> Iterator[None]:
    """Shows how long a test took, and holds it to its module's `FAR_FROM_MINUTES_S`, which tells work from a hang."""
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    show_figure(f"{request.node.name}: {took:.2f} s{getattr(request.module, 'ALLOWED', '')}")
    assert took < request.module.FAR_FROM_MINUTES_S


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process."""
    return make_runner(tmp_path / "temporary", monkeypatch, capfd)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four images of 9 x 9 pixels."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (9, 9, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small model file of each library but Keras, by suffix."""
    from catboost import CatBoostClassifier
    from lightgbm import LGBMClassifier
    from xgboost import XGBClassifier

    from webparity.models.model_file import serialize_model

    folder = tmp_path_factory.mktemp("models")
    random_numbers = np.random.default_rng(0)
    values, labels = random_numbers.normal(size=(60, SIDE * SIDE)).astype(np.float32), np.arange(60) % 3
    estimators = {
        ".skops": fit_small_model(np.arange(3)),
        ".json": XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1).fit(values, labels),
        ".cbm": CatBoostClassifier(iterations=3, depth=2, verbose=0, thread_count=1, allow_writing_files=False).fit(
            values, labels
        ),
        ".txt": LGBMClassifier(n_estimators=3, num_leaves=3, n_jobs=1, verbose=-1).fit(values, labels),
    }
    for suffix, estimator in estimators.items():
        (folder / f"model{suffix}").write_bytes(serialize_model(estimator))
    return {suffix: folder / f"model{suffix}" for suffix in estimators}


@pytest.fixture(scope="session")
def bundle(models: dict[str, Path], photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the scikit-learn model, with ONNX alone and with `source/`; do not change it."""
    from webparity.export.inputs.load import load_user_model
    from webparity.export.pipeline import write_bundle

    out = tmp_path_factory.mktemp("bundles") / "bundle"
    exportable = load_user_model(models[".skops"], preprocessing=None, labels=None, golden=photos)
    write_bundle(exportable, out, target_names=["onnx"], page=False)
    return out


@pytest.fixture(scope="session")
def small_run(radiographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training run of a linear classifier, which needs no TensorFlow; do not change it."""
    from webparity.registry import discover
    from webparity.train import fit
    from webparity.train.trained import save_run

    recipe = discover("webparity.train.recipes", "RECIPE")["chest-linear-svc"]
    out = tmp_path_factory.mktemp("runs") / "run"
    save_run(fit(recipe, recipe.load(str(radiographs), recipe.choose({})), seed=0), out)
    return out


@pytest.fixture
def dice() -> random.Random:
    """Random numbers, the same each time."""
    return random.Random(0)


@pytest.fixture(scope="session")
def sealed_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with page and source, of labels that need escapes; copy it before changing it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from webparity.export.exportable import Exportable
    from webparity.export.inputs.golden import make_golden_set
    from webparity.export.pipeline import write_bundle
    from webparity.models.baked import bake
    from webparity.models.estimators.baked import split_image_preprocessing
    from webparity.models.model_file import serialize_model
    from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
    from webparity.preprocessing.spec import Preprocessing

    images = np.random.default_rng(0).integers(0, 256, (30, 6, 5, 3), dtype=np.uint8)
    steps = ImagePreprocessing(Preprocessing(height=6, width=5)), LogisticRegression()
    model, spec = split_image_preprocessing(make_pipeline(*steps).fit(images, np.arange(30) % 3))
    assert spec is not None
    exportable = Exportable(
        name="sealed",
        baked=bake(model, spec),
        source=serialize_model(model),
        labels=LABELS,
        golden=make_golden_set([(images[0], LABELS[0]), (images[1], LABELS[1])])[:6],
        metrics={"accuracy": 1 / 3, "loss": 1e-7},
        seed=7,
    )
    out = tmp_path_factory.mktemp("sealed") / "bundle"
    write_bundle(exportable, out, target_names=["onnx"])
    return out
