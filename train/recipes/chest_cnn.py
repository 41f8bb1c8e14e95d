"""`chest-cnn`: three convolutions and a dense layer, stopped early."""

from __future__ import annotations

from typing import cast

from webparity.train.recipes.options import CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import PREPROCESSING, build_convolutional, load, vary


def plan(choices: Choices) -> KerasPlan:
    """Plan the plain network with balanced classes and early stopping."""
    return KerasPlan(
        preprocessing=PREPROCESSING,
        build=lambda _: build_convolutional(
            "chest_cnn", int(choices["classes"]), filters=(16, 32, 64), kernels=(3, 3, 3)
        ),
        epochs=15,
        batch_size=32,
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=1e-3,
        patience=4,
        balanced=True,
        vary=vary,
    )


RECIPE = Recipe(
    name="chest-cnn",
    summary="chest X-rays, 180x180 gray, convolutions of 16, 32 and 64 filters",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, OPTIMIZER),
    goals=(Goal(reference=0.7688, aim=0.88),),
)
