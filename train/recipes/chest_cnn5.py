"""`chest-cnn5`: five convolutions and two dense layers, one sigmoid for two classes, 318,241 parameters."""

from __future__ import annotations

from dataclasses import replace

from webparity.train.recipes import chest_cnn
from webparity.train.recipes.options import CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import build_augmentation, build_convolutional, load


def plan(choices: Choices) -> KerasPlan:
    """Plan binary cross-entropy with class weights for two classes; three need a softmax."""
    classes = int(choices["classes"])
    return replace(
        chest_cnn.plan(choices),
        build=lambda _: build_convolutional(
            "chest_cnn5",
            1 if classes == 2 else classes,
            filters=(16, 32, 64, 64, 128),
            kernels=(3, 3, 3, 3, 3),
            units=(128, 64),
        ),
        augment=build_augmentation,
        epochs=30,
        patience=8,
    )


RECIPE = Recipe(
    name="chest-cnn5",
    summary="chest X-rays, 180x180 gray, five convolutions and two dense layers",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, OPTIMIZER),
    goals=(Goal(reference=0.572, aim=0.90),),
)
