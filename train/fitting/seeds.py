"""Seeding by seed and epoch alone, so that a resumed training gives the same result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from webparity.models.keras.internals import iterate_nested_layers


def shuffle_order(count: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Shuffle the order of `count` images for one epoch; return a permutation int64 [count]."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def reseed(layers: Any, seed: int, epoch: int) -> None:
    """Set every random generator of a Keras model (dropout, augmentation) for one epoch."""
    for number, generator in enumerate(_find_generators(layers)):
        first, _ = np.random.SeedSequence([seed, epoch, number]).generate_state(2)
        generator.state.assign(np.array([first, 0], dtype=np.uint32))


def _find_generators(model: Any) -> Iterator[Any]:
    for layer in iterate_nested_layers(model):
        for value in vars(layer).values():
            if isinstance(value, keras.random.SeedGenerator):
                yield value
