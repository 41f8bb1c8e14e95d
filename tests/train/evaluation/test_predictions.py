"""Every image gets its row, from batches of one size that the network has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.predictions import predict

Numbered = Callable[..., NDArray[np.uint8]]


class LazyImages:
    """Images of many sizes that count how often each was decoded."""

    def __init__(self, images: list[NDArray[np.uint8]]) -> None:
        self.images = images
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        self.asked.append(index)
        return self.images[index]

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return (self[index] for index in range(len(self)))


def test_every_image_gets_its_own_row_whatever_its_size(prepared: type, images: Numbered) -> None:
    sides = [4, 4, 6, 4, 4, 4, 5, 5]
    lazy = LazyImages([images(8, side)[number] for number, side in enumerate(sides)])
    table = np.random.default_rng(0).dirichlet(np.ones(3), 8)
    model, steps = prepared(table), []
    got = predict(model, Split(lazy, np.zeros(8, dtype=np.int64)), lambda *step: steps.append(step))
    assert np.array_equal(got, table.astype(np.float32))
    assert model.batches == [(2, 4, 4, 3), (1, 6, 6, 3), (3, 4, 4, 3), (2, 5, 5, 3)]
    assert steps == [(2, 8), (3, 8), (6, 8), (8, 8)]
    assert lazy.asked == list(range(8))


def test_the_model_receives_few_images_at_once(prepared: type, images: Numbered) -> None:
    model = prepared(np.full((70, 3), 1 / 3))
    predict(model, Split(images(70), np.zeros(70, dtype=np.int64)))
    assert [batch[0] for batch in model.batches] == [32, 32, 6]
