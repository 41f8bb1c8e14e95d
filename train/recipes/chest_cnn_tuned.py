"""`chest-cnn-tuned`: a search chooses filters, kernels, dense units and learning rate; the winner is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webparity.train.recipes import chest_cnn_augmented
from webparity.train.recipes.options import CLASSES, OPTIMIZER
from webparity.train.recipes.plans import KerasPlan
from webparity.train.recipes.recipe import Choices, Goal, Option, Recipe, Search
from webparity.train.recipes.xrays import build_convolutional, load

_SPACE: Final = (
    Option(name="filters", values=(8, 16, 32), default=16, summary="of the first convolution; each next has twice"),
    Option(name="kernel", values=(3, 5), default=3, summary="side of the kernels"),
    Option(name="units", values=(64, 128, 256), default=128, summary="of the dense layer"),
    Option(name="learning-rate", values=(3e-4, 1e-3, 3e-3), default=1e-3, summary="at the start"),
)


def plan(choices: Choices) -> KerasPlan:
    """Plan the network of these choices, trained as `chest-cnn-augmented` is."""
    filters, kernel = int(choices["filters"]), int(choices["kernel"])
    return replace(
        chest_cnn_augmented.plan(choices),
        build=lambda _: build_convolutional(
            "chest_cnn_tuned",
            int(choices["classes"]),
            filters=(filters, 2 * filters, 4 * filters),
            kernels=(kernel, kernel, kernel),
            units=(int(choices["units"]),),
        ),
        learning_rate=float(choices["learning-rate"]),
    )


RECIPE = Recipe(
    name="chest-cnn-tuned",
    summary="chest X-rays, 180x180 gray, three convolutions whose sizes are searched for",
    load=load,
    data="chest",
    plan=plan,
    options=(CLASSES, OPTIMIZER, *_SPACE),
    space={option.name: option.values for option in _SPACE},
    search=Search(method="bayesian", trials=12, epochs=4, share=1 / 3),
    goals=(Goal(reference=0.8188, aim=0.91),),
)
