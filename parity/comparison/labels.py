"""Comparison of labels, one an image or a set of them: changes, undecided images and headroom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.verification.report import Flip, LabelSetChange, LabelSets, Top1

_PROBABILITIES = ModelOutput()
# Both of two leading numbers may move towards each other; a threshold stands still.
_MOVING = 2.0


@dataclass(frozen=True, kw_only=True)
class LabelComparison:
    """Labels of a run against the reference's.

    Attributes:
        compared: how many images.
        changes: images with other labels, by their names, with both sets of labels and the margin.
        undecided: those of them whose margin is below the tolerance's.
        smallest_margin: over all images; None without images, and without labels.
        largest: difference of an answer over all images that are finite.
    """

    compared: int
    changes: list[LabelSetChange]
    undecided: list[str]
    smallest_margin: float | None
    largest: float


def compare_labels(
    reference: NDArray[np.float64],
    run: NDArray[np.float64],
    names: Sequence[str],
    margin: float = 0.0,
    output: ModelOutput = _PROBABILITIES,
) -> LabelComparison:
    """Compare the labels of each row.

    Args:
        reference: the reference's answers, float64 [N, C].
        run: the run's, of the same shape.
        names: the N images' names.
        margin: where the reference is nearer to another label than this, another one is undecided.
        output: the rule that labels follow from the answers by.

    Returns:
        The changes with their margins. A row that is not finite has no label, so it counts as changed.
    """
    if reference.size == 0 or not names:
        return LabelComparison(compared=0, changes=[], undecided=[], smallest_margin=None, largest=0.0)
    kind = get_output_kind(output)
    margins = kind.compute_margins(reference, output)
    other = [
        LabelSetChange(image=name, reference=list(expected), run=list(received), margin=float(lead))
        for name, expected, received, lead in zip(
            names, kind.decide(reference, output), kind.decide(run, output), margins, strict=True
        )
        if expected != received
    ]
    undecided = [change for change in other if change.run != [-1] and change.margin < margin]
    sound = np.all(np.isfinite(run), axis=1)
    smallest = float(np.min(margins))
    return LabelComparison(
        compared=len(names),
        changes=[change for change in other if change not in undecided],
        undecided=[change.image for change in undecided],
        smallest_margin=smallest if np.isfinite(smallest) else None,
        largest=float(np.max(np.abs(run - reference)[sound], initial=0.0)),
    )


def make_top1(labels: LabelComparison, undecided: Sequence[str]) -> Top1:
    """Make the stage of one label an image; without an image there is nothing that agrees.

    Args:
        labels: the comparison.
        undecided: images that were left out of it.
    """
    return Top1(
        ok=labels.compared > 0 and not labels.changes,
        flips=len(labels.changes),
        flipped=[
            Flip(image=each.image, reference=each.reference[0], run=each.run[0], margin=each.margin)
            for each in labels.changes
        ],
        undecided=[*undecided, *labels.undecided],
        smallest_margin=labels.smallest_margin,
        headroom=_compute_headroom(labels, _MOVING),
    )


def make_label_sets(labels: LabelComparison, undecided: Sequence[str]) -> LabelSets:
    """Make the stage of several labels an image; see `make_top1`."""
    return LabelSets(
        ok=labels.compared > 0 and not labels.changes,
        changed=len(labels.changes),
        changes=labels.changes,
        undecided=[*undecided, *labels.undecided],
        smallest_margin=labels.smallest_margin,
        headroom=_compute_headroom(labels, 1.0),
    )


def _compute_headroom(labels: LabelComparison, moving: float) -> float | None:
    if labels.smallest_margin is None or not labels.largest > 0:
        return None
    return labels.smallest_margin / (moving * labels.largest)
