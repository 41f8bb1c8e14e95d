"""`example-digits`: logistic regression on digits of 8 x 8 pixels."""

from __future__ import annotations

from typing import Any

from webparity.preprocessing.spec import Preprocessing
from webparity.train.recipes.digits import load
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Recipe


def build(seed: int) -> Any:
    """The unfitted classifier, float32 [N, 64]."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=200, random_state=seed)


def plan(choices: Choices) -> EstimatorPlan:
    """Nothing to choose."""
    assert not choices
    return EstimatorPlan(preprocessing=Preprocessing(height=8, width=8, channels="gray"), build=build)


RECIPE = Recipe(
    name="example-digits",
    summary="handwritten digits, 8x8 gray",
    load=load,
    data="mnist-subset",
    plan=plan,
    draw="digit",
)
