"""Every recipe, with two and three classes, from a few images to a bundle whose artifacts answer as the model does.

The export holds each artifact to the model on its golden set before the bundle is written; here the bundle is opened
again as its receiver would.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from webparity.bundle.read import open_bundle
from webparity.predictor import Predictor
from webparity.registry import discover
from webparity.train.recipes.recipe import Recipe
from webparity.train.trained import Trained

pytestmark = pytest.mark.slow

RECIPES: dict[str, Recipe] = discover("webparity.train.recipes", "RECIPE")
# All of its space is chosen, so that no search comes first; small sizes spare the disk.
CHOSEN: dict[str, dict[str, str | float]] = {
    "chest-cnn-tuned": {"filters": 8, "kernel": 5, "units": 64, "learning-rate": 1e-3},
    "chest-catboost": {"depth": 4, "trees": 100},
}
# Networks that end as `chest-cnn` does, which is trained with both numbers of classes.
LIKE_CHEST_CNN = {"chest-cnn-augmented", "chest-cnn-tuned", "chest-cnn-wide", "chest-cnn5", "chest-mlp", "chest-resnet"}
# Only its layers' widths are its own, and they cost half a minute.
WIDEST = "chest-cnn-wide"
CASES = [
    pytest.param(
        name, classes, marks=[pytest.mark.full] if name == WIDEST or (name in LIKE_CHEST_CNN and classes == 3) else []
    )
    for name in RECIPES
    for classes in ((2, 3) if name.startswith("chest-") else (2,) if name.startswith("image-") else (10,))
]


@pytest.mark.parametrize(("name", "classes"), CASES)
def test_a_recipe_is_trained_and_exported(
    name: str, classes: int, small_trained: Callable[..., Trained], small_bundle: Callable[..., Path]
) -> None:
    choices = CHOSEN.get(name, {}) | ({"classes": classes} if name.startswith("chest-") else {})
    trained = small_trained(name, **choices)
    assert len(trained.labels) == classes
    assert 0 <= trained.metrics["accuracy"] <= 1
    assert trained.parameters > 0

    bundle = open_bundle(small_bundle(name, **choices))
    assert {artifact.target for artifact in bundle.manifest.artifacts} >= {"onnx", "tfjs-graph"}
    assert not {op for artifact in bundle.manifest.artifacts for op in artifact.ops if "Random" in op}

    with_answer = bundle.manifest.golden[0]
    prediction = Predictor(bundle).predict(bundle.site / with_answer.file)
    assert prediction.label == bundle.manifest.labels[with_answer.label]
