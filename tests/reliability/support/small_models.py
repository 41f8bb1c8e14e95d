"""Small fitted models."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

SIDE = 5


def fit_small_model(labels: NDArray[Any]) -> Any:
    """A logistic regression on images, of the labels given."""
    images = np.random.default_rng(0).integers(0, 256, (60, 9, 9, 3), dtype=np.uint8)
    model = make_pipeline(ImagePreprocessing(Preprocessing(height=SIDE, width=SIDE)), LogisticRegression(C=1e-4))
    return model.fit(images, np.resize(labels, len(images)))


def load_tiny_bundle_module() -> Any:
    """Inputs of the hand-written bundle of `tests/parity`."""
    file = Path(__file__).parents[2] / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_bundle", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
