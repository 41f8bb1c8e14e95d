"""Training plans: everything but data and seed. Heavy imports are deferred to callables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.decode.contracts import LUMA_CONTRACT
from webparity.errors import UsageError
from webparity.preprocessing.spec import Preprocessing

Optimizer = Literal["adam", "rmsprop"]

# Makes other images of validation images, values float32 [N, h, w, c] and a seed to the same, as another hospital's
# might differ; the decision is then shifted to where every class is found alike among them. None leaves it.
Vary = Callable[[NDArray[np.float32], int], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class KerasPlan:
    """A network to be fitted by gradient descent.

    Attributes:
        preprocessing: baked in front of the network, in training and in every export; of any color but luma, since
            training decodes files to RGB.
        build: makes the untrained network for C classes, float32 values to probabilities [N, C], or [N, 1] by sigmoid;
            a recipe whose classes are fixed ignores C.
        augment: makes a layer that varies training values, given a seed; never part of the exported graph.
        epochs: at most this many passes.
        max_steps: at most about this many optimizer steps, so that large datasets get fewer passes; None for no limit.
        batch_size: images per step.
        optimizer: `adam` or `rmsprop`, with Keras' own settings but for the learning rate.
        learning_rate: at the start; it falls to zero along a cosine over the epochs.
        weight_decay: share of each weight, times the learning rate, that a step takes away (Loshchilov and Hutter,
            2019, arXiv:1711.05101); 0 takes nothing.
        label_smoothing: share of the answer, 0 to 1, that is spread evenly over the classes while training.
        averaging: the share of the past in the exponential moving average of the weights, which is then what is
            validated and kept; 0 keeps the weights themselves. About `1 / (1 - averaging)` steps are averaged.
        starts: how many initial weights are tried for an epoch each; training begins from those of the lowest
            validation loss. For networks so small that a unit which never fires again costs classes.
        patience: epochs without a lower validation loss before training stops; the best epoch's weights are kept. None
            trains for all epochs and keeps the last weights.
        balanced: classes weigh the same in the loss however many images they have.
        vary: see `Vary`; shifts the last layer's bias.
        packages: what it needs to be installed.
    """

    preprocessing: Preprocessing
    build: Callable[[int], Any]
    augment: Callable[[int], Any] | None = None
    epochs: int
    max_steps: int | None = None
    batch_size: int
    optimizer: Optimizer = "adam"
    learning_rate: float
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    averaging: float = 0.0
    starts: int = 1
    patience: int | None
    balanced: bool = False
    vary: Vary | None = None
    packages: tuple[str, ...] = ("tensorflow", "keras")

    def __post_init__(self) -> None:
        _require_rgb(self.preprocessing)


@dataclass(frozen=True, kw_only=True)
class EstimatorPlan:
    """A scikit-learn, XGBoost or CatBoost classifier on flattened preprocessed values.

    Attributes:
        preprocessing: baked in front of the estimator, in training and in every export; as above.
        build: makes the unfitted estimator, float32 [N, D] to labels 0 to C - 1, for a seed.
        balanced: `sample_weight` makes classes weigh the same; the estimator must take it.
        vary: see `Vary`; weighs the classes' probabilities.
        packages: what it needs to be installed.
    """

    preprocessing: Preprocessing
    build: Callable[[int], Any]
    balanced: bool = False
    vary: Vary | None = None
    packages: tuple[str, ...] = ("sklearn", "skops")

    def __post_init__(self) -> None:
        _require_rgb(self.preprocessing)


def _require_rgb(preprocessing: Preprocessing) -> None:
    if preprocessing.contract == LUMA_CONTRACT:
        raise UsageError(
            "Expected a recipe's preprocessing of RGB pixels, to which training decodes files; received a step 'color' "
            'with `to` = "luma". Write `to` = "gray".'
        )


Plan = KerasPlan | EstimatorPlan
