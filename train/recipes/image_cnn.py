"""`image-cnn`: a convolutional network for any class folders."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

from webparity.train.recipes.free_options import NumberOption
from webparity.train.recipes.image_folders import (
    BALANCE,
    FIT,
    GROUP_PATTERN,
    build_augmentation,
    load,
    make_colour_option,
    make_preprocessing,
    make_size_option,
)
from webparity.train.recipes.options import OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Option, Recipe

# The last features are of about this many pixels a side, and have at most this many times the first filters.
_LAST_SIDE: Final = 4
_WIDEST: Final = 8


def build(shape: tuple[int, ...], filters: int, classes: int) -> Any:
    """Convolutions with batch normalisation, halved until the features are few, then a dense layer.

    Args:
        shape: height, width and channels of the values.
        filters: of the first convolution; each next has twice as many, up to eight times.
        classes: C, of the softmax.

    Returns:
        The untrained network, float32 [N, *shape] to probabilities [N, C].
    """
    import keras
    from keras import layers

    network: list[Any] = [keras.Input(shape, name="values")]
    height, width = shape[:2]
    number = 1
    while True:
        network += [
            layers.Conv2D(
                filters * min(2 ** (number - 1), _WIDEST), 3, padding="same", use_bias=False, name=f"conv{number}"
            ),
            # The momentum of short trainings: at Keras' 0.99, means of the first epochs are far from the data's.
            layers.BatchNormalization(momentum=0.9, name=f"norm{number}"),
            layers.ReLU(name=f"relu{number}"),
        ]
        if max(height, width) <= _LAST_SIDE or min(height, width) == 1:
            break
        network.append(layers.MaxPooling2D(2, name=f"pool{number}"))
        height, width, number = height // 2, width // 2, number + 1
    return keras.Sequential(
        [
            *network,
            layers.Flatten(name="flatten"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dense(classes, activation="softmax", name="answer"),
        ],
        name="image_cnn",
    )


def plan(choices: Choices) -> KerasPlan:
    """Plan a network whose depth follows from the size, stopped early."""
    preprocessing = make_preprocessing(choices)
    augmentation = choices["augmentation"]
    return KerasPlan(
        preprocessing=preprocessing,
        build=lambda classes: build(preprocessing.values_shape, int(choices["filters"]), classes),
        augment=None if augmentation == "off" else partial(build_augmentation, mirrored=augmentation == "mirrored"),
        epochs=30,
        max_steps=12_000,
        batch_size=int(choices["batch-size"]),
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=float(choices["learning-rate"]),
        patience=8,
        balanced=choices["balance"] == "on",
    )


RECIPE = Recipe(
    name="image-cnn",
    summary="any class folders, 96x96 colour or as chosen, convolutions of 16 filters and more",
    load=load,
    data=None,
    plan=plan,
    options=(
        make_size_option(96),
        make_colour_option("rgb"),
        FIT,
        Option(
            name="augmentation",
            values=("on", "mirrored", "off"),
            default="on",
            summary="on turns, zooms and moves training images a little; mirrored mirrors them too",
        ),
        NumberOption(name="filters", low=4, high=64, default=16, summary="of the first convolution"),
        NumberOption(name="batch-size", low=1, high=1024, default=32, summary="images per step"),
        NumberOption(name="learning-rate", low=1e-6, high=1.0, default=1e-3, summary="at the start"),
        OPTIMIZER,
        BALANCE,
        GROUP_PATTERN,
    ),
    space={"filters": (8, 16, 32), "learning-rate": (3e-4, 1e-3, 3e-3), "augmentation": ("on", "mirrored", "off")},
)
