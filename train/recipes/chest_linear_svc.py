"""`chest-linear-svc`: a linear support vector machine on standardised pixels, with calibrated probabilities."""

from __future__ import annotations

from typing import Any

from webparity.train.recipes.options import CLASSES
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe
from webparity.train.recipes.small_xrays import SMALL
from webparity.train.recipes.xrays import load, vary


def build(regularisation: float, seed: int) -> Any:
    """Build the unfitted classifier, float32 [N, 1024]; one against the rest where there are three classes."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    return make_pipeline(StandardScaler(), LinearSVC(dual=False, C=regularisation, random_state=seed))


def plan(choices: Choices) -> EstimatorPlan:
    """Plan balanced classes and strong regularisation: of C from 1e-4 to 1, 1e-3 was best on a held-out series."""
    return EstimatorPlan(
        preprocessing=SMALL,
        build=lambda seed: build(float(choices["c"]), seed),
        balanced=True,
        vary=vary,
    )


RECIPE = Recipe(
    name="chest-linear-svc",
    summary="chest X-rays, 32x32 gray, standardised, a linear support vector machine",
    load=load,
    data="chest",
    plan=plan,
    options=(
        CLASSES,
        Option(name="c", values=(1e-4, 1e-3, 1e-2, 1e-1, 1.0), default=1e-3, summary="lower regularises more"),
    ),
    space={"c": (1e-4, 1e-3, 1e-2, 1e-1, 1.0)},
    goals=(Goal(reference=0.74, aim=0.80),),
)
