"""The confusion matrix, with counts and shares of each true class."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from webparity.train.evaluation.many_classes import has_many_classes
from webparity.train.evaluation.metrics import Metrics
from webparity.train.evaluation.pictures.figure import FIRST, INK, SECOND, WIDTH, Picture, render, shorten

# Up to here a cell has room for a percentage below the count.
_ROOMY: Final = 4
# Strong enough to be seen, faint enough that text stays legible on it, on light and dark pages.
_STRONGEST: Final = 0.55
_LETTER, _AXIS_LABELS, _RECALLS = 6.5, 45.0, 40.0


def draw_confusion_matrix(metrics: Metrics) -> Picture:
    """Draw the counts: right answers blue, wrong ones orange, the stronger the larger their share of the row."""
    counts = np.array(metrics.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    if has_many_classes(metrics):
        return _draw_many(counts, shares)
    classes = len(counts)
    roomy = classes <= _ROOMY
    names = [shorten(c.label, 12) for c in metrics.classes]
    longest = max(map(len, names))
    turned = longest > 30 / classes

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for row, column in np.ndindex(*counts.shape):
            count, share = int(counts[row, column]), float(shares[row, column])
            _draw_cell(axes, row, column, count=count, share=share, classes=classes)
        axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5), aspect="equal")
        axes.set_xticks(range(classes), names, rotation=0 if not turned else 20 if roomy else 90)
        axes.set_yticks(range(classes), names)
        axes.tick_params(length=0, labelcolor=INK, labelsize=min(10.5, 130 / classes))
        axes.spines[:].set_visible(False)
        axes.set(xlabel="predicted", ylabel="true")
        if not roomy:
            beside = axes.secondary_yaxis("right")
            recalls = [
                f"{share:.1%}" if row.any() else "" for row, share in zip(counts, shares.diagonal(), strict=True)
            ]
            beside.set_yticks(range(classes), recalls)
            beside.tick_params(length=0, labelsize=min(9.5, 130 / classes))
            beside.spines[:].set_visible(False)

    right, total = int(np.trace(counts)), int(counts.sum())
    where = "below each count" if roomy else "at the right for the right answers"
    beside, below = _LETTER * longest, _LETTER * longest * (0 if not turned else 0.4 if roomy else 1)
    height = WIDTH - beside - (0 if roomy else _RECALLS) + below + _AXIS_LABELS / 2
    return Picture(
        name="confusion",
        title="Confusion matrix",
        alt=f"Confusion matrix of {classes} classes: {right} of {total} images are right. The table gives every count.",
        caption=f"True classes are rows, predicted ones columns; the share of the row stands {where}",
        svg=render(height, draw),
    )


def _draw_many(counts: NDArray[np.int64], shares: NDArray[np.float64]) -> Picture:
    """Draw one pixel for each pair of classes, without names and counts."""
    classes = len(counts)
    right = np.eye(classes, dtype=bool)
    pixels = np.where(right[..., None], to_rgb(FIRST), to_rgb(SECOND))
    strength = np.where(right, shares, shares ** (1 / 3))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.imshow(np.dstack([pixels, strength]), interpolation="nearest")
        axes.set(xlabel="predicted", ylabel="true", xticks=[], yticks=[])

    correct, total = int(np.trace(counts)), int(counts.sum())
    return Picture(
        name="confusion",
        title="Confusion matrix",
        alt=f"Confusion matrix of {classes} classes: {correct} of {total} images are right.",
        caption=f"True classes are rows, predicted ones columns, {classes} of each in the order of their names",
        svg=render(WIDTH, draw),
    )


def _draw_cell(axes: Axes, row: int, column: int, *, count: int, share: float, classes: int) -> None:
    roomy = classes <= _ROOMY
    # The cube root lifts small shares out of the background: a few errors are what one looks for.
    strength = share if row == column else share ** (1 / 3)
    colour = FIRST if row == column else SECOND
    corner = (column - 0.47, row - 0.47)
    axes.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colour, alpha=_STRONGEST * strength, linewidth=0))
    if roomy:
        axes.text(column, row - 0.1, f"{count:,}", ha="center", va="center", fontsize=15)
        axes.text(column, row + 0.2, f"{share:.1%}", ha="center", va="center", fontsize=10)
    elif count:
        axes.text(column, row, str(count), ha="center", va="center", fontsize=min(9.0, 90 / classes))
