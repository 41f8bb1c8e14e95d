"""Calibration curve: observed frequency over predicted probability."""

from __future__ import annotations

from matplotlib.figure import Figure

from webparity.train.evaluation.metrics import Metrics
from webparity.train.evaluation.pictures.figure import FIRST, SOFT, WIDTH, Picture, render, set_unit_square, shorten


def draw_calibration(metrics: Metrics) -> Picture:
    """Draw frequency over probability by tenths, with a histogram of the probabilities beneath."""
    bins = metrics.calibration
    error = metrics.expected_calibration_error
    what = "of the predicted class" if metrics.positive is None else f"of {shorten(metrics.positive, 24)}"

    def draw(figure: Figure) -> None:
        axes, below = figure.subplots(2, sharex=True, height_ratios=(4, 1))
        set_unit_square(axes)
        axes.set_aspect("auto")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (3, 3)))
        axes.plot([b.probability for b in bins], [b.frequency for b in bins], color=FIRST, marker="o", markersize=5)
        axes.tick_params(labelbottom=False)
        axes.set_ylabel("share that came true")
        # A tenth's bar stands at its middle, wherever in it the mean lies.
        middles = [min(int(b.probability * 10), 9) / 10 + 0.05 for b in bins]
        below.bar(middles, [b.images for b in bins], width=0.09, color=FIRST)
        below.set_yscale("symlog", linthresh=1)
        below.set_ylim(0, 1.5 * max(b.images for b in bins))
        below.tick_params(length=0)
        below.set_yticks([])
        below.minorticks_off()
        below.spines["left"].set_visible(False)
        below.set(xlabel=f"probability {what}", ylabel="images")

    return Picture(
        name="calibration",
        title="Calibration",
        alt=f"Calibration curve of the probability {what}; the expected calibration error is {error:.3f}.",
        caption=f"By tenths; on the dashed line, probabilities are true. Expected calibration error {error:.4f}. "
        "Below, the number of images in each tenth on a logarithmic axis",
        svg=render(WIDTH + 40, draw),
    )
