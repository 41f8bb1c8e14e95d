"""`chest-catboost`: three hundred symmetric trees of depth 6."""

from __future__ import annotations

from typing import Any, Final

from webparity.train.recipes.options import CLASSES
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe, Value
from webparity.train.recipes.small_xrays import SMALL
from webparity.train.recipes.xrays import load, vary

_GRID: Final[dict[str, tuple[Value, ...]]] = {"depth": (6, 4), "trees": (300, 100)}


def build(depth: int, trees: int, seed: int) -> Any:
    """Build the unfitted classifier, float32 [N, 1024]."""
    from catboost import CatBoostClassifier

    return CatBoostClassifier(
        iterations=trees, depth=depth, rsm=0.2, random_seed=seed, verbose=False, allow_writing_files=False
    )


def plan(choices: Choices) -> EstimatorPlan:
    """Plan with classes balanced by the images' weights."""
    return EstimatorPlan(
        preprocessing=SMALL,
        build=lambda seed: build(int(choices["depth"]), int(choices["trees"]), seed),
        balanced=True,
        vary=vary,
        packages=("sklearn", "catboost"),
    )


RECIPE = Recipe(
    name="chest-catboost",
    summary="chest X-rays, 32x32 gray, gradient-boosted symmetric trees by CatBoost",
    load=load,
    data="chest",
    plan=plan,
    options=(
        CLASSES,
        Option(name="depth", values=_GRID["depth"], default=6, summary="splits from root to leaf"),
        Option(name="trees", values=_GRID["trees"], default=300, summary="how many are boosted"),
    ),
    space=_GRID,
    goals=(Goal(reference=0.73, aim=0.80),),
)
