"""Batches: neighbours of one size, never more than a few megabytes, in order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.predictions import batches, predict

Numbered = Callable[..., NDArray[np.uint8]]


class Lazy:
    """Images of many sizes that count how often each was decoded."""

    def __init__(self, images: list[NDArray[np.uint8]]) -> None:
        self.images = images
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        self.asked.append(index)
        return self.images[index]


def test_every_image_gets_its_own_row_whatever_its_size(prepared: type, images: Numbered) -> None:
    sides = [4, 4, 6, 4, 4, 4, 5, 5]
    lazy = Lazy([images(8, side)[number] for number, side in enumerate(sides)])
    table = np.random.default_rng(0).dirichlet(np.ones(3), 8)
    model, steps = prepared(table), []
    got = predict(model, Split(lazy, np.zeros(8, dtype=np.int64)), lambda *step: steps.append(step))
    assert np.array_equal(got, table.astype(np.float32))
    assert model.batches == [(2, 4, 4, 3), (1, 6, 6, 3), (3, 4, 4, 3), (2, 5, 5, 3)]
    assert steps == [(2, 8), (3, 8), (6, 8), (8, 8)]
    assert lazy.asked == list(range(8))


def test_an_array_is_cut_into_batches(images: Numbered) -> None:
    stack = images(70)
    cut = list(batches(stack))
    assert [len(batch) for batch in cut] == [32, 32, 6]
    assert np.array_equal(np.concatenate(cut), stack)


def test_large_images_go_one_by_one() -> None:
    large = np.zeros((3, 2600, 2600, 3), dtype=np.uint8)
    assert [len(batch) for batch in batches(large)] == [1, 1, 1]
