"""What a recipe is: an architecture, its preprocessing and the settings of its training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Dataset


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One trainable model.

    Attributes:
        name: as on the command line.
        summary: one line for `webparity recipes`.
        preprocessing: baked in front of the network, in training and in every export.
        load: reads the data a `--data` value names.
        data: the default `--data` value.
        build: makes the untrained network, float32 [N, h, w, c] to probabilities [N, C].
        augment: makes a layer that varies training images (preprocessed values), or None; never exported.
        epochs: at most this many passes.
        max_steps: at most about this many optimizer steps, so that large datasets get fewer passes.
        batch_size: images a step.
        learning_rate: Adam's at the start; it falls to zero along a cosine over the epochs.
        patience: epochs without a better validation loss before training stops.
        draw: the kind of drawing the page offers, if any.
    """

    name: str
    summary: str
    preprocessing: Preprocessing
    load: Callable[[str], Dataset]
    data: str
    build: Callable[[], Any]
    augment: Callable[[int], Any] | None = None
    epochs: int
    max_steps: int
    batch_size: int
    learning_rate: float
    patience: int
    draw: Literal["digit"] | None = None
