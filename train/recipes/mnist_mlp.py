"""`mnist-mlp`: two hidden layers of six units on raw pixels, 4,822 parameters."""

from __future__ import annotations

from typing import Any, cast

from webparity.preprocessing.spec import Preprocessing
from webparity.train.recipes.digits import load
from webparity.train.recipes.options import ACTIVATION, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Goal, Recipe


def build(activation: str = "relu") -> Any:
    """Build the network, float32 [N, 28, 28, 1] to probabilities [N, 10]."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="values"),
            layers.Flatten(name="flatten"),
            layers.Dense(6, activation=activation, name="dense1"),
            layers.Dense(6, activation=activation, name="dense2"),
            layers.Dense(10, activation="softmax", name="dense3"),
        ],
        name="mnist_mlp",
    )


def plan(choices: Choices) -> KerasPlan:
    """Plan twenty epochs, as in the work it follows; the rescaling, missing there, is part of the model here."""
    return KerasPlan(
        preprocessing=Preprocessing(height=28, width=28, channels="gray"),
        build=lambda _: build(str(choices["activation"])),
        epochs=20,
        batch_size=32,
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=5e-3,
        patience=20,
    )


RECIPE = Recipe(
    name="mnist-mlp",
    summary="handwritten digits, 28x28 gray, two dense layers of six units (4,822 parameters)",
    load=load,
    data="mnist",
    plan=plan,
    options=(ACTIVATION, OPTIMIZER),
    goals=(Goal(reference=0.7037, aim=0.90),),
    draw="digit",
)
