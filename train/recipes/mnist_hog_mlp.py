"""`mnist-hog-mlp`: histograms of oriented gradients, then one dense layer of eight units."""

from __future__ import annotations

from typing import Any, cast

from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.train.recipes.digits import load
from webparity.train.recipes.options import ACTIVATION, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe


def build(features: int, activation: str = "relu") -> Any:
    """Build the network, float32 [N, features] to probabilities [N, 10]."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((features,), name="values"),
            layers.Dense(8, activation=activation, name="dense1"),
            layers.Dense(10, activation="softmax", name="dense2"),
        ],
        name="mnist_hog_mlp",
    )


def plan(choices: Choices) -> KerasPlan:
    """Plan eighty short epochs on features that are computed once."""
    hog = Hog(
        orientations=int(choices["orientations"]),
        pixels_per_cell=int(choices["pixels-per-cell"]),
        cells_per_block=1,
        normalisation="L2-Hys",
    )
    preprocessing = Preprocessing(height=28, width=28, channels="gray", hog=hog)
    (features,) = preprocessing.values_shape
    return KerasPlan(
        preprocessing=preprocessing,
        build=lambda _: build(features, str(choices["activation"])),
        epochs=80,
        batch_size=128,
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=3e-3,
        patience=20,
    )


RECIPE = Recipe(
    name="mnist-hog-mlp",
    summary="handwritten digits, HOG features of 28x28 gray, dense layer of eight units",
    load=load,
    data="mnist",
    plan=plan,
    options=(
        Option(name="pixels-per-cell", values=(2, 4, 7), default=4, summary="side of a HOG cell"),
        Option(name="orientations", values=tuple(range(1, 19)), default=8, summary="bins of a HOG histogram"),
        ACTIVATION,
        OPTIMIZER,
    ),
    goals=(
        Goal(choices={"pixels-per-cell": 2}, reference=0.8219, aim=0.96),
        Goal(choices={"pixels-per-cell": 4}, reference=0.8150, aim=0.96),
        Goal(choices={"pixels-per-cell": 7}, reference=0.7207, aim=0.96),
    ),
    draw="digit",
)
