from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.evaluation import Evaluation, evaluate_split
from webparity.train.evaluation.pictures.all import draw_pictures
from webparity.train.evaluation.pictures.figure import Picture

# A folder's name may hold anything but a slash.
LABELS = ("<script>alert('no')</script>", '"quoted" & $\\frac$', "_肺炎\x07")


class PredefinedTable:
    """A `Baked` that returns for each image the row of a table, numbered by its first pixel."""

    def __init__(self, table: NDArray[np.float64]) -> None:
        self.table = table
        self.batches: list[tuple[int, ...]] = []

    def __call__(self, images: NDArray[np.uint8], taps: Sequence[str] = ("probabilities",)) -> dict[str, NDArray]:
        assert tuple(taps) == ("probabilities",)
        self.batches.append(images.shape)
        return {"probabilities": self.table[images[:, 0, 0, 0]].astype(np.float32)}


def make_numbered(count: int, side: int = 4) -> NDArray[np.uint8]:
    """Images whose pixels hold their number, uint8 [count, side, side, 3]."""
    return np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, side, side, 3)).copy()


def _make_random(labels: tuple[str, ...], seed: int) -> Evaluation:
    random = np.random.default_rng(seed)
    truth = np.arange(90) % len(labels)
    scores = random.normal(size=(90, len(labels)))
    scores[np.arange(90), truth] += 1.5
    table = np.exp(scores)
    table /= table.sum(axis=1, keepdims=True)
    names = tuple(f"<b>{i}</b>.png" for i in range(90))
    return evaluate_split(PredefinedTable(table), Split(make_numbered(90), truth, names=names), labels)


@pytest.fixture(scope="session")
def two_classes() -> Evaluation:
    return _make_random(("NORMAL", "PNEUMONIA"), 2)


@pytest.fixture(scope="session")
def three_classes() -> Evaluation:
    history = {"loss": [1.0, 0.5, 0.4], "val_loss": [0.9, 0.6, 0.7], "accuracy": [0.5, 0.7, 0.8]}
    return replace(_make_random(LABELS, 3), history=history, facts={"recipe": "<i>recipe</i>", "seed": "0"})


@pytest.fixture(scope="session")
def ten_classes() -> Evaluation:
    return _make_random(tuple("0123456789"), 10)


@pytest.fixture
def prepared() -> type[PredefinedTable]:
    return PredefinedTable


@pytest.fixture
def images() -> Callable[..., NDArray[np.uint8]]:
    return make_numbered


@pytest.fixture(scope="session")
def drawn() -> Callable[[Evaluation], list[Picture]]:
    """Its pictures, drawn once for all tests."""
    kept: dict[int, list[Picture]] = {}

    def draw(evaluation: Evaluation) -> list[Picture]:
        if id(evaluation) not in kept:
            kept[id(evaluation)] = draw_pictures(evaluation)
        return kept[id(evaluation)]

    return draw
