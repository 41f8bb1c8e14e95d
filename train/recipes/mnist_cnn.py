"""`mnist-cnn`: five small convolutional networks, from one of 114 parameters to one with dropout."""

from __future__ import annotations

from typing import Any, Final, cast

from webparity.preprocessing.spec import Preprocessing
from webparity.train.recipes.digits import load
from webparity.train.recipes.options import ACTIVATION, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan, Optimizer
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe

# Filters, kernel side and number of convolutions; how many of them are pooled; dense units; dropout in between.
_VARIANTS: Final[dict[str, dict[str, Any]]] = {
    "dropout": {"filters": (8, 16), "kernel": 3, "pools": 2, "units": 200, "dropout": True},
    "initial": {"filters": (2, 2, 2), "kernel": 2, "pools": 3, "units": 2, "dropout": False},
    "dense200": {"filters": (2, 2, 2), "kernel": 2, "pools": 3, "units": 200, "dropout": False},
    "two-conv": {"filters": (2, 2), "kernel": 2, "pools": 2, "units": 200, "dropout": False},
    "wide": {"filters": (8, 16), "kernel": 3, "pools": 1, "units": 200, "dropout": False},
}


def build(variant: str = "dropout", activation: str = "relu") -> Any:
    """Build the network, float32 [N, 28, 28, 1] to probabilities [N, 10]; layers are named, so exports never vary."""
    import keras
    from keras import layers

    shape = _VARIANTS[variant]
    network: list[Any] = [keras.Input((28, 28, 1), name="values")]
    for number, filters in enumerate(shape["filters"], 1):
        network.append(
            layers.Conv2D(filters, shape["kernel"], padding="same", activation=activation, name=f"conv{number}")
        )
        if number <= shape["pools"]:
            network.append(layers.MaxPooling2D(2, name=f"pool{number}"))
        if shape["dropout"]:
            network.append(layers.Dropout(0.2, name=f"dropout{number}"))
    network += [layers.Flatten(name="flatten"), layers.Dense(shape["units"], activation=activation, name="dense1")]
    if shape["dropout"]:
        network.append(layers.Dropout(0.5, name="dropout3"))
    return keras.Sequential([*network, layers.Dense(10, activation="softmax", name="dense2")], name="mnist_cnn")


def build_augmentation(seed: int) -> Any:
    """Build small rotations, zooms and shifts: up to 7 degrees, 7 % and 1.4 pixels."""
    import keras
    from keras import layers

    fill: dict[str, Any] = {"fill_mode": "constant", "fill_value": 0.0, "seed": seed}
    return keras.Sequential(
        [
            layers.RandomRotation(0.02, **fill),
            layers.RandomZoom(0.07, 0.07, **fill),
            layers.RandomTranslation(0.05, 0.05, **fill),
        ],
        name="augment",
    )


def plan(choices: Choices) -> KerasPlan:
    """Plan long training with augmentation for networks that would overfit, short and plain training for the others.

    Of the two units that `initial` has before its output, one that is dead at the start leaves half of the digits, and
    of two filters one that is dead leaves half of the features.
    """
    variant = choices["variant"]
    varied = variant in {"dropout", "two-conv"}
    return KerasPlan(
        preprocessing=Preprocessing(height=28, width=28, channels="gray"),
        build=lambda _: build(str(variant), str(choices["activation"])),
        augment=build_augmentation if varied else None,
        epochs=100 if varied else 40,
        max_steps=20_400 if variant == "two-conv" else 10_200,
        batch_size=128,
        optimizer=cast("Optimizer", choices["optimizer"]),
        learning_rate=2e-3,
        starts=8 if variant in {"initial", "two-conv"} else 1,
        patience=30 if varied else 5,
    )


RECIPE = Recipe(
    name="mnist-cnn",
    summary="handwritten digits, 28x28 gray, two convolutions with dropout (160,258 parameters)",
    load=load,
    data="mnist",
    plan=plan,
    options=(
        Option(name="variant", values=tuple(_VARIANTS), default="dropout", summary="the network"),
        ACTIVATION,
        OPTIMIZER,
    ),
    goals=(
        Goal(choices={"variant": "initial"}, reference=0.59, aim=0.59),
        Goal(choices={"variant": "dense200"}, reference=0.9270, aim=0.9270),
        Goal(choices={"variant": "two-conv"}, reference=0.9741, aim=0.9741),
        Goal(choices={"variant": "wide"}, reference=0.9869, aim=0.9869),
        Goal(choices={"variant": "dropout"}, reference=0.9915, aim=0.993),
    ),
    draw="digit",
)
