"""Comparison of top-1 labels: flips, undecided images and headroom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from webparity.verification.report import Flip, Top1


def compare_labels(
    reference: NDArray[np.float64], run: NDArray[np.float64], names: Sequence[str], margin: float = 0.0
) -> Top1:
    """Compare the argmax of each row, the lowest index on ties.

    Args:
        reference: the reference's probabilities, float64 [N, C].
        run: the run's, of the same shape.
        names: the N images' names.
        margin: where the reference's first label leads by less than this, another one is undecided.

    Returns:
        The flips with their margins. A row that is not finite has no label, so it counts as flipped. Without a row
        there is nothing that agrees.
    """
    if reference.size == 0:
        return Top1(ok=False, flips=0, flipped=[], undecided=[], smallest_margin=None, headroom=None)
    sound = np.all(np.isfinite(run), axis=1)
    expected, received = np.argmax(reference, axis=1), np.where(sound, np.argmax(run, axis=1), -1)
    margins = _compute_margins(reference)
    other = [
        Flip(image=name, reference=int(expected[i]), run=int(received[i]), margin=float(margins[i]))
        for i, name in enumerate(names)
        if expected[i] != received[i]
    ]
    undecided = [flip for flip in other if flip.run >= 0 and flip.margin < margin]
    flipped = [flip for flip in other if flip not in undecided]
    largest = float(np.max(np.abs(run - reference)[sound], initial=0.0))
    smallest = float(np.min(margins))
    return Top1(
        ok=not flipped,
        flips=len(flipped),
        flipped=flipped,
        undecided=[flip.image for flip in undecided],
        smallest_margin=smallest,
        headroom=smallest / (2 * largest) if largest > 0 and np.isfinite(smallest) else None,
    )


def _compute_margins(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lead of the first over the second, [N]; a single class leads by its whole probability."""
    ordered = np.sort(probabilities, axis=1)
    second = ordered[:, -2] if ordered.shape[1] > 1 else 0.0
    margins: NDArray[np.float64] = ordered[:, -1] - second
    return margins
