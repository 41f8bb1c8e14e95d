"""What is shown of many classes, where each would take a row, a column or a curve."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.train.evaluation.metrics import ClassMetrics, Metrics

# With more classes, pictures and terminal show the worst, and samples of as many.
MOST_SHOWN: Final = 30
_WORST: Final = 10


def has_many_classes(metrics: Metrics) -> bool:
    """Whether there are too many classes to show each."""
    return len(metrics.classes) > MOST_SHOWN


def select_worst_classes(metrics: Metrics) -> list[ClassMetrics]:
    """Select the ten classes with images that have the lowest F1, the lowest first."""
    measured = [(c.f1, number) for number, c in enumerate(metrics.classes) if c.f1 is not None]
    return [metrics.classes[number] for _, number in sorted(measured)[:_WORST]]


def list_confusions(metrics: Metrics) -> list[tuple[str, str, int]]:
    """List the ten most frequent mistakes: true class, predicted class and count, the most frequent first."""
    counts = np.array(metrics.confusion)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:_WORST]
    pairs = [divmod(int(index), len(counts)) for index in order]
    return [
        (metrics.classes[true].label, metrics.classes[predicted].label, int(counts[true, predicted]))
        for true, predicted in pairs
        if counts[true, predicted]
    ]


def spread_classes(count: int) -> frozenset[int]:
    """Choose classes to show samples of: all of few, at most 30 at even distances of many."""
    return frozenset(range(0, count, -(-count // MOST_SHOWN)))
