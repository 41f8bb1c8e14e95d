"""Images: some of each class, and those that were misclassified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.pictures.figure import FIRST, INK, SECOND, WIDTH, Picture, render, shorten

_FEW_CLASSES: Final = 4
_CAPTION_HEIGHT: Final = 30.0
_TITLE_HEIGHT: Final = 20.0
_COLUMNS: Final = 4
_LETTERS: Final = 10


def samples_picture(evaluation: Evaluation) -> Picture:
    """Draw the first images of each class: large ones of few classes, small ones of many."""
    classes = [i for i, images in enumerate(evaluation.samples) if images]
    few = len(classes) <= _FEW_CLASSES
    columns = _COLUMNS if few else 2 * _COLUMNS
    row_height = WIDTH / columns + (_TITLE_HEIGHT if few else 0)

    def draw(figure: Figure) -> None:
        _tight(figure)
        grid = figure.subplots(len(classes), columns, squeeze=False)
        for row, of in zip(grid, classes, strict=True):
            _row(row, evaluation.samples[of])
            if few:
                row[0].set_title(shorten(evaluation.label_names[of], 24))
            else:
                row[0].set_ylabel(shorten(evaluation.label_names[of]), color=INK, rotation=0, ha="right", va="center")

    return Picture(
        name="samples",
        title="Samples",
        alt=f"The first images of each of {len(classes)} classes.",
        caption="The first images of each class",
        svg=render(row_height * len(classes), draw),
    )


def mistakes_picture(evaluation: Evaluation) -> Picture | None:
    """Draw misclassified images with both labels and their probabilities; None where everything was right."""
    mistakes = evaluation.mistakes
    if not mistakes:
        return None
    rows = -(-len(mistakes) // _COLUMNS)

    def draw(figure: Figure) -> None:
        _tight(figure)
        grid = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
        _row(grid, [mistake.thumbnail for mistake in mistakes])
        for axes, mistake in zip(grid, mistakes, strict=False):
            for index, share, height, colour in (
                (mistake.label, mistake.label_probability, -0.03, FIRST),
                (mistake.predicted, mistake.predicted_probability, -0.18, SECOND),
            ):
                text = f"{shorten(evaluation.label_names[index], _LETTERS)} {share:.0%}"
                axes.text(0.5, height, text, color=colour, fontsize=9, ha="center", va="top", transform=axes.transAxes)

    total = evaluation.metrics.images - int(np.trace(np.array(evaluation.metrics.confusion)))
    which = "All" if total == len(mistakes) else f"The {len(mistakes)} most confident of"
    return Picture(
        name="mistakes",
        title="Misclassified images",
        alt=f"{len(mistakes)} misclassified images with their true and predicted labels. The table lists them.",
        caption=f"{which} {total} mistakes. Blue: the true label; orange: what the model said; with probabilities",
        svg=render(rows * (WIDTH / _COLUMNS + _CAPTION_HEIGHT), draw),
    )


def _tight(figure: Figure) -> None:
    engine: Any = figure.get_layout_engine()
    engine.set(w_pad=0.03, h_pad=0.03, wspace=0, hspace=0)


def _row(places: NDArray[Any], images: Sequence[NDArray[np.uint8]]) -> None:
    for axes, image in zip(places, images, strict=False):
        axes.imshow(image)
    for axes in places:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
