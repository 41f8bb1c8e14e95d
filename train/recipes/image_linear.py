"""`image-linear`: a linear classifier of histograms of oriented gradients, or of pixels, for any class folders."""

from __future__ import annotations

from typing import Any, Final

from webparity.errors import UsageError
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.train.recipes.free_options import NumberOption
from webparity.train.recipes.image_folders import (
    BALANCE,
    FIT,
    GROUP_PATTERN,
    load,
    make_colour_option,
    make_preprocessing,
    make_size_option,
)
from webparity.train.recipes.plans import EstimatorPlan
from webparity.train.recipes.recipe import Choices, Option, Recipe

_BLOCK: Final = 2


def build(regularisation: float, seed: int) -> Any:
    """Build the unfitted classifier, float32 [N, D]; one softmax over all classes."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=regularisation, max_iter=300, random_state=seed))


def _make_preprocessing(choices: Choices) -> Preprocessing:
    if choices["features"] == "pixels":
        return make_preprocessing(choices)
    if choices["colour"] == "rgb":
        raise UsageError(
            "Expected gray images for HOG features; received --colour rgb. Give --features pixels with it, or leave "
            "it out."
        )
    hog = Hog(
        orientations=int(choices["orientations"]),
        pixels_per_cell=int(choices["pixels-per-cell"]),
        cells_per_block=_BLOCK,
        normalisation="L2-Hys",
    )
    return make_preprocessing(choices, hog=hog)


def plan(choices: Choices) -> EstimatorPlan:
    """Plan logistic regression of standardised features."""
    return EstimatorPlan(
        preprocessing=_make_preprocessing(choices),
        build=lambda seed: build(float(choices["c"]), seed),
        balanced=choices["balance"] == "on",
    )


RECIPE = Recipe(
    name="image-linear",
    summary="any class folders, 64x64 gray or as chosen, HOG features, logistic regression",
    load=load,
    data=None,
    plan=plan,
    options=(
        make_size_option(64),
        make_colour_option("gray"),
        FIT,
        Option(name="features", values=("hog", "pixels"), default="hog", summary="HOG is of gray images"),
        Option(name="pixels-per-cell", values=(4, 8, 16), default=8, summary="side of a HOG cell"),
        NumberOption(name="orientations", low=1, high=36, default=9, summary="bins of a HOG histogram"),
        NumberOption(name="c", low=1e-6, high=1e3, default=1e-2, summary="lower regularises more"),
        BALANCE,
        GROUP_PATTERN,
    ),
    space={"c": (1e-4, 1e-3, 1e-2, 1e-1), "pixels-per-cell": (8, 16)},
)
