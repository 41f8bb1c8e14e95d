"""`chest-mlp`: one dense layer of 128 units on every pixel of the radiograph, 4,147,586 parameters."""

from __future__ import annotations

from typing import Any, cast

from webparity.train.recipes.options import ACTIVATION, CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import PREPROCESSING, SIDE, load, vary


def build(classes: int, activation: str = "relu") -> Any:
    """Build the network, float32 [N, 180, 180, 1] to probabilities [N, classes]."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1), name="values"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation=activation, name="dense1"),
            layers.Dense(classes, activation="softmax", name="answer"),
        ],
        name="chest_mlp",
    )


def plan(choices: Choices) -> KerasPlan:
    """Plan balanced classes, a small learning rate and early stopping, since all pixels overfit soon."""
    return KerasPlan(
        preprocessing=PREPROCESSING,
        build=lambda _: build(int(choices["classes"]), str(choices["activation"])),
        epochs=30,
        batch_size=64,
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=1e-4,
        patience=6,
        balanced=True,
        vary=vary,
    )


RECIPE = Recipe(
    name="chest-mlp",
    summary="chest X-rays, 180x180 gray, one dense layer of 128 units (4,147,586 parameters)",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, ACTIVATION, OPTIMIZER),
    goals=(Goal(reference=0.7656, aim=0.82),),
)
