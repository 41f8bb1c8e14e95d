"""The confusion matrix, with counts and shares of each true class."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from webparity.train.evaluation.metrics import Metrics
from webparity.train.evaluation.pictures.figure import CARD, FIRST, INK, SECOND, WIDTH, Picture, render, shorten

# Up to here a cell has room for a percentage below the count.
_ROOMY: Final = 4
_DARK: Final = 0.55


def confusion_picture(metrics: Metrics) -> Picture:
    """Draw the counts: right answers blue, wrong ones orange, the stronger the larger their share of the row."""
    counts = np.array(metrics.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    classes = len(counts)
    names = [shorten(c.label, 12) for c in metrics.classes]
    roomy = classes <= _ROOMY

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for row, column in np.ndindex(*counts.shape):
            count, share = int(counts[row, column]), float(shares[row, column])
            # The square root lifts small shares out of the background: a few errors are what one looks for.
            strength = share if row == column else share**0.5
            colour = FIRST if row == column else SECOND
            corner = (column - 0.47, row - 0.47)
            axes.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colour, alpha=strength, linewidth=0))
            if not count and not roomy:
                continue
            ink = CARD if strength > _DARK else INK
            offset = 0.1 if roomy else 0.0
            size = 15 if roomy else min(9.5, 95 / classes)
            axes.text(column, row - offset, f"{count:,}", color=ink, ha="center", va="center", fontsize=size)
            if roomy:
                axes.text(column, row + 0.2, f"{share:.1%}", color=ink, ha="center", va="center", fontsize=10)
        axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5), aspect="equal")
        axes.set_xticks(range(classes), names)
        axes.set_yticks(range(classes), names)
        if max(map(len, names)) > 40 / classes:
            axes.tick_params("x", rotation=90 if classes > _ROOMY else 20)
        axes.tick_params(length=0, labelcolor=INK, labelsize=min(10.5, 130 / classes))
        axes.spines[:].set_visible(False)
        axes.set(xlabel="predicted", ylabel="true")
        if not roomy:
            beside = axes.secondary_yaxis("right")
            recalls = [
                f"{share:.0%}" if row.sum() else "" for row, share in zip(counts, shares.diagonal(), strict=True)
            ]
            beside.set_yticks(range(classes), recalls)
            beside.tick_params(length=0, labelsize=min(9.5, 130 / classes))
            beside.spines[:].set_visible(False)

    right, total = int(np.trace(counts)), int(counts.sum())
    share = "below each count" if roomy else "at the right for the right answers"
    return Picture(
        name="confusion",
        title="Confusion matrix",
        alt=f"Confusion matrix of {classes} classes: {right} of {total} images are right. The table gives every count.",
        caption=f"True classes are rows, predicted ones columns; the share of the row stands {share}",
        svg=render(WIDTH, draw),
    )
