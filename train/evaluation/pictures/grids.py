"""Images: some of each class, and those that were misclassified."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.many_classes import MOST_SHOWN
from webparity.train.evaluation.pictures.figure import FIRST, INK, SECOND, WIDTH, Picture, render, shorten

_FEW_CLASSES: Final = 4
_FEW_COLUMNS: Final = 4
_MANY_COLUMNS: Final = 8
_LABEL_WIDTH: Final = 60.0
_LINE: Final = 14.0
_GAP: Final = 5.0
_LETTERS: Final = 9


def draw_samples(evaluation: Evaluation) -> Picture:
    """Draw the first images of each class: large ones below the name of few classes, small ones beside that of many."""
    classes = [i for i, images in enumerate(evaluation.samples) if images]
    few = len(classes) <= _FEW_CLASSES
    columns, left, above = (
        (_FEW_COLUMNS, 0.0, _LINE + _GAP) if few else (_MANY_COLUMNS, _measure_label_width(evaluation), 0.0)
    )
    side = (WIDTH - left - _GAP * (columns - 1)) / columns
    row_height = above + side + _GAP
    height = row_height * len(classes)
    count = len(evaluation.label_names)
    of_which = "each class" if count <= MOST_SHOWN else f"{len(classes)} of {count} classes"

    def draw(figure: Figure) -> None:
        for row, of in enumerate(classes):
            top = row * row_height + above
            for column, image in enumerate(evaluation.samples[of][:columns]):
                _add_image(figure, image, left + column * (side + _GAP), top, side)
            middle = top - _GAP - _LINE / 2 if few else top + side / 2
            label = shorten(evaluation.label_names[of], 24 if few else _LETTERS)
            figure.text(0, 1 - middle / height, label, color=INK, fontsize=9, va="center")

    return Picture(
        name="samples",
        title="Samples",
        alt=f"The first images of each of {len(classes)} classes.",
        caption=f"The first images of {of_which}",
        svg=render(height, draw, layout=None),
    )


def draw_mistakes(evaluation: Evaluation) -> Picture | None:
    """Draw misclassified images with both labels and their probabilities; None where everything was right."""
    mistakes = evaluation.mistakes
    if not mistakes:
        return None
    side = (WIDTH - 2 * _GAP * (_FEW_COLUMNS - 1)) / _FEW_COLUMNS
    row_height = side + 2 * _LINE + 2 * _GAP
    height = -(-len(mistakes) // _FEW_COLUMNS) * row_height

    def draw(figure: Figure) -> None:
        for index, mistake in enumerate(mistakes):
            row, column = divmod(index, _FEW_COLUMNS)
            left, top = column * (side + 2 * _GAP), row * row_height
            _add_image(figure, mistake.thumbnail, left, top, side)
            for line, of, probability, colour in (
                (0, mistake.label, mistake.label_probability, FIRST),
                (1, mistake.predicted, mistake.predicted_probability, SECOND),
            ):
                y = 1 - (top + side + 3 + line * _LINE) / height
                label = shorten(evaluation.label_names[of], _LETTERS)
                figure.text(left / WIDTH, y, label, color=colour, fontsize=8.5, va="top")
                right = (left + side) / WIDTH
                figure.text(right, y, f"{probability:.0%}", color=colour, fontsize=8.5, va="top", ha="right")

    total = evaluation.metrics.images - int(np.trace(np.array(evaluation.metrics.confusion)))
    which = "All" if total == len(mistakes) else f"The {len(mistakes)} most confident of"
    return Picture(
        name="mistakes",
        title="Misclassified images",
        alt=f"{len(mistakes)} misclassified images with their true and predicted labels. The table lists them.",
        caption=f"{which} {total:,} mistakes. Blue: the true label; orange: what the model said; with probabilities",
        svg=render(height, draw, layout=None),
    )


def _measure_label_width(evaluation: Evaluation) -> float:
    longest = max(len(shorten(label, _LETTERS)) for label in evaluation.label_names)
    return min(_LABEL_WIDTH, 8.0 * longest + 12)


def _add_image(figure: Figure, image: NDArray[np.uint8], left: float, top: float, side: float) -> Axes:
    """Add an image within a square, in CSS pixels from the upper left corner."""
    height = figure.get_figheight() * 72
    axes = figure.add_axes((left / WIDTH, 1 - (top + side) / height, side / WIDTH, side / height))
    axes.imshow(image)
    axes.set_axis_off()
    return axes
