"""`chest-knn`: the four nearest training images, each with the same vote."""

from __future__ import annotations

from typing import Any

from webparity.train.recipes.options import CLASSES
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe
from webparity.train.recipes.small_xrays import SMALL
from webparity.train.recipes.xrays import load, vary


def build(neighbours: int) -> Any:
    """Build the unfitted classifier, float32 [N, 1024]."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(neighbours, weights="uniform", algorithm="brute")


def plan(choices: Choices) -> EstimatorPlan:
    """Plan without class weights: votes have none, and the decision compensates for the rarer class."""
    return EstimatorPlan(preprocessing=SMALL, build=lambda _: build(int(choices["neighbours"])), vary=vary)


RECIPE = Recipe(
    name="chest-knn",
    summary="chest X-rays, 32x32 gray, four nearest neighbours",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, Option(name="neighbours", values=(1, 2, 4, 8, 16), default=4, summary="that vote")),
    space={"neighbours": (1, 2, 4, 8, 16)},
    goals=(Goal(choices={"neighbours": 4}, reference=0.77, aim=0.83),),
)
