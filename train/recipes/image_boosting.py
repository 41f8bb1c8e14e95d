"""`image-boosting`: gradient-boosted trees on pixels, for any class folders of not too many classes."""

from __future__ import annotations

from typing import Any, Final

from webparity.errors import UsageError
from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import CountCallback
from webparity.train.recipes import image_folders
from webparity.train.recipes.free_options import NumberOption
from webparity.train.recipes.image_folders import (
    BALANCE,
    FIT,
    GROUP_PATTERN,
    make_colour_option,
    make_preprocessing,
    make_size_option,
)
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Recipe

# Each class has its own tree in every round; more than these are no model for a page.
_MAX_TREES: Final = 20_000


def build(choices: Choices, seed: int) -> Any:
    """Build the unfitted classifier, float32 [N, D]."""
    from xgboost import XGBClassifier

    return XGBClassifier(
        max_depth=int(choices["max-depth"]),
        n_estimators=int(choices["trees"]),
        learning_rate=float(choices["learning-rate"]),
        subsample=0.75,
        colsample_bytree=0.5,
        random_state=seed,
    )


def load(data: str, choices: Choices, progress: CountCallback | None = None) -> Dataset:
    """Read class folders.

    Raises:
        UsageError: there would be too many trees, or any error of `image_folders.load`.
    """
    dataset = image_folders.load(data, choices, progress)
    classes, trees = len(dataset.label_names), int(choices["trees"])
    if classes > 2 and classes * trees > _MAX_TREES:
        raise UsageError(
            f"Expected at most {_MAX_TREES} trees; received {trees} for each of {classes} classes. Give "
            f"--set trees={_MAX_TREES // classes}, or train image-linear or image-cnn."
        )
    return dataset


def plan(choices: Choices) -> EstimatorPlan:
    """Plan trees on grey or colour levels as they are, so that a threshold stands between two whole numbers or more."""
    return EstimatorPlan(
        preprocessing=make_preprocessing(choices, scale=1.0),
        build=lambda seed: build(choices, seed),
        balanced=choices["balance"] == "on",
        packages=("sklearn", "xgboost"),
    )


RECIPE = Recipe(
    name="image-boosting",
    summary="any class folders, 32x32 gray or as chosen, gradient-boosted trees by XGBoost",
    load=load,
    data=None,
    plan=plan,
    options=(
        make_size_option(32),
        make_colour_option("gray"),
        FIT,
        NumberOption(name="trees", low=1, high=1000, default=100, summary="how many are boosted, for each class"),
        NumberOption(name="max-depth", low=1, high=8, default=4, summary="splits from root to leaf"),
        NumberOption(name="learning-rate", low=0.01, high=1.0, default=0.2, summary="share of each tree that counts"),
        BALANCE,
        GROUP_PATTERN,
    ),
    space={"trees": (50, 100, 200), "max-depth": (3, 4, 6), "learning-rate": (0.1, 0.2, 0.3)},
)
