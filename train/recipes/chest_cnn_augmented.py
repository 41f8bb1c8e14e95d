"""`chest-cnn-augmented`: the network of `chest-cnn`, trained on varied images."""

from __future__ import annotations

from dataclasses import replace

from webparity.train.recipes import chest_cnn
from webparity.train.recipes.options import CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import build_augmentation, load


def plan(choices: Choices) -> KerasPlan:
    """Plan with augmentation in the input pipeline only; the exported graph does not contain it."""
    return replace(chest_cnn.plan(choices), augment=build_augmentation, epochs=30, patience=8)


RECIPE = Recipe(
    name="chest-cnn-augmented",
    summary="as chest-cnn, with flips, rotation, zoom and shifts while training",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, OPTIMIZER),
    goals=(Goal(reference=0.8125, aim=0.90),),
)
