"""`chest-resnet`: a residual network for images of other machines: varied intensities, averaged weights."""

from __future__ import annotations

from typing import Any, Final

from webparity.preprocessing.spec import Preprocessing
from webparity.train.recipes.options import CLASSES
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Recipe
from webparity.train.recipes.xrays import build_augmentation, load, vary

_SIDE: Final = 96
# Filters of the residual blocks; each block after the first halves height and width.
_FILTERS: Final = (32, 64, 96)


def build(classes: int) -> Any:
    """Build the network (He et al., 2016, arXiv:1512.03385), float32 [N, 96, 96, 1] to probabilities.

    Args:
        classes: 1 gives a sigmoid, more a softmax.
    """
    import keras
    from keras import layers

    def convolve(x: Any, name: str, filters: int, kernel: int, *, stride: int = 1, active: bool = True) -> Any:
        x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)
        return layers.ReLU(name=f"{name}_relu")(x) if active else x

    values = keras.Input((_SIDE, _SIDE, 1), name="values")
    x = layers.MaxPooling2D(2, name="pool")(convolve(values, "stem", 16, 5, stride=2))
    for number, filters in enumerate(_FILTERS, 1):
        halves = number > 1
        inner = convolve(x, f"block{number}_conv1", filters, 3, stride=2 if halves else 1)
        inner = convolve(inner, f"block{number}_conv2", filters, 3, active=False)
        around = layers.AveragePooling2D(2, name=f"block{number}_pool")(x) if halves else x
        around = convolve(around, f"block{number}_around", filters, 1, active=False)
        x = layers.ReLU(name=f"block{number}_relu")(layers.Add(name=f"block{number}_add")([around, inner]))
    x = layers.Dropout(0.3, name="dropout")(layers.GlobalAveragePooling2D(name="mean")(x))
    last = "sigmoid" if classes == 1 else "softmax"
    return keras.Model(values, layers.Dense(classes, activation=last, name="answer")(x), name="chest_resnet")


def build_varying(seed: int) -> Any:
    """Build the augmentation: positions as in the other X-ray recipes, then intensities."""
    import keras

    from webparity.train.recipes.augmentation.intensity import RandomIntensity

    return keras.Sequential([build_augmentation(seed), RandomIntensity(seed)], name="augment")


def plan(choices: Choices) -> KerasPlan:
    """Plan a training of fixed length, for the average of its last weights."""
    classes = int(choices["classes"])
    return KerasPlan(
        preprocessing=Preprocessing(height=_SIDE, width=_SIDE, channels="gray"),
        build=lambda _: build(1 if classes == 2 else classes),
        augment=build_varying,
        epochs=20,
        batch_size=32,
        learning_rate=2e-3,
        weight_decay=1e-3,
        label_smoothing=0.05,
        averaging=0.998,
        patience=None,
        balanced=True,
        vary=vary,
    )


RECIPE = Recipe(
    name="chest-resnet",
    summary="chest X-rays, 96x96 gray, residual network of 219,000 parameters, intensities varied",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES,),
    goals=(Goal(aim=0.92, roc_auc=0.97, seeds=5), Goal(choices={"classes": 3}, aim=0.85, seeds=5)),
)
