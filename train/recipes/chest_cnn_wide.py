"""`chest-cnn-wide`: wide convolutions with dropout and varied images."""

from __future__ import annotations

from dataclasses import replace

from webparity.train.recipes import chest_cnn
from webparity.train.recipes.options import CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import build_augmentation, build_convolutional, load


def plan(choices: Choices) -> KerasPlan:
    """Plan thirteen million parameters, regularised by dropout and augmentation.

    Adam's first steps move every weight by the learning rate, and the dense layer adds up 102,400 of them: at 5e-4 one
    training of two never left a loss of log 2.
    """
    return replace(
        chest_cnn.plan(choices),
        build=lambda _: build_convolutional(
            "chest_cnn_wide", int(choices["classes"]), filters=(64, 128, 256), kernels=(3, 3, 3), dropout=0.3
        ),
        augment=build_augmentation,
        epochs=10,
        learning_rate=1.5e-4,
    )


RECIPE = Recipe(
    name="chest-cnn-wide",
    summary="chest X-rays, 180x180 gray, convolutions of 64, 128 and 256 filters, dropout",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, OPTIMIZER),
    goals=(Goal(reference=0.8359, aim=0.91),),
)
