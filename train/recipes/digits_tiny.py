"""`digits-tiny`: five small convolutions for handwritten digits, fewer than 10,000 parameters."""

from __future__ import annotations

from typing import Any, Final

from webparity.preprocessing.spec import Preprocessing
from webparity.train.recipes.digits import load
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Recipe

# Filters of the convolutions; the second and the fourth are pooled: 28 → 26 → 24 → 12 → 10 → 8 → 4 → 2.
_FILTERS: Final = (12, 12, 16, 16, 20)


def build() -> Any:
    """Build the network, float32 [N, 28, 28, 1] to probabilities [N, 10]."""
    import keras
    from keras import layers

    network: list[Any] = [keras.Input((28, 28, 1), name="values")]
    for number, filters in enumerate(_FILTERS, 1):
        network += [
            layers.Conv2D(filters, 3, use_bias=False, name=f"conv{number}"),
            layers.BatchNormalization(momentum=0.97, name=f"norm{number}"),
            layers.ReLU(name=f"relu{number}"),
        ]
        if number in {2, 4}:
            network.append(layers.MaxPooling2D(2, name=f"pool{number // 2}"))
    last = [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(10, activation="softmax", name="answer")]
    return keras.Sequential([*network, *last], name="digits_tiny")


def build_augmentation(seed: int) -> Any:
    """Build turns to 14 degrees, zooms and shears to 12 %, shifts to 2.2 pixels, for half of the images."""
    import keras
    from keras import layers

    from webparity.train.recipes.augmentation.some import VarySome

    fill: dict[str, Any] = {"fill_mode": "constant", "fill_value": 0.0, "seed": seed}
    varying = keras.Sequential(
        [
            layers.RandomRotation(0.04, **fill),
            layers.RandomZoom(0.12, 0.12, **fill),
            layers.RandomTranslation(0.08, 0.08, **fill),
            layers.RandomShear(0.12, 0.12, **fill),
        ],
        name="augment",
    )
    return VarySome(varying, 0.5, seed)


def plan(choices: Choices) -> KerasPlan:  # noqa: ARG001 - it offers none
    """Plan for the average of the weights: the single steps' weights jump too far to be kept."""
    return KerasPlan(
        preprocessing=Preprocessing(height=28, width=28, channels="gray"),
        build=lambda _: build(),
        augment=build_augmentation,
        epochs=40,
        max_steps=5_100,
        batch_size=128,
        learning_rate=4e-3,
        weight_decay=1e-3,
        averaging=0.998,
        patience=40,
    )


RECIPE = Recipe(
    name="digits-tiny",
    summary="handwritten digits, 28x28 gray, five convolutions of 8,830 parameters",
    load=load,
    data="mnist",
    plan=plan,
    goals=(Goal(aim=0.994),),
    draw="digit",
)
