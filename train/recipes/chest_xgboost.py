"""`chest-xgboost`: a hundred boosted trees of depth 3."""

from __future__ import annotations

from typing import Any, Final

from webparity.train.recipes.options import CLASSES
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe, Value
from webparity.train.recipes.small_xrays import SMALL
from webparity.train.recipes.xrays import load, vary

# Two values each: 32 points.
_GRID: Final[dict[str, tuple[Value, ...]]] = {
    "max-depth": (3, 5),
    "trees": (100, 200),
    "learning-rate": (0.1, 0.05),
    "subsample": (0.75, 1.0),
    "colsample": (0.5, 1.0),
}
_SUMMARIES: Final = {
    "max-depth": "splits from root to leaf",
    "trees": "how many are boosted",
    "learning-rate": "share of each tree that counts",
    "subsample": "share of the images that a tree sees",
    "colsample": "share of the pixels that a tree sees",
}


def build(choices: Choices, seed: int) -> Any:
    """Build the unfitted classifier, float32 [N, 1024]."""
    from xgboost import XGBClassifier

    return XGBClassifier(
        max_depth=int(choices["max-depth"]),
        n_estimators=int(choices["trees"]),
        learning_rate=float(choices["learning-rate"]),
        subsample=float(choices["subsample"]),
        colsample_bytree=float(choices["colsample"]),
        random_state=seed,
    )


def plan(choices: Choices) -> EstimatorPlan:
    """Plan with classes balanced by the images' weights."""
    return EstimatorPlan(
        preprocessing=SMALL,
        build=lambda seed: build(choices, seed),
        balanced=True,
        vary=vary,
        packages=("sklearn", "xgboost"),
    )


RECIPE = Recipe(
    name="chest-xgboost",
    summary="chest X-rays, 32x32 gray, gradient-boosted trees by XGBoost",
    load=load,
    data="chest",
    plan=plan,
    options=(
        CLASSES,
        *(
            Option(name=name, values=values, default=values[0], summary=_SUMMARIES[name])
            for name, values in _GRID.items()
        ),
    ),
    space=_GRID,
    goals=(Goal(reference=0.77, aim=0.82),),
)
