"""Every picture of an evaluation, in the order of the page."""

from __future__ import annotations

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.pictures.calibration import draw_calibration
from webparity.train.evaluation.pictures.confusion import draw_confusion_matrix
from webparity.train.evaluation.pictures.curves import draw_precision_recall_curves, draw_roc_curves
from webparity.train.evaluation.pictures.figure import Picture
from webparity.train.evaluation.pictures.grids import draw_mistakes, draw_samples
from webparity.train.evaluation.pictures.history import draw_history


def draw_pictures(evaluation: Evaluation) -> list[Picture]:
    """Draw what can be drawn: a model without epochs has no history, a perfect one no mistakes."""
    drawn = (
        draw_confusion_matrix(evaluation.metrics),
        draw_roc_curves(evaluation),
        draw_precision_recall_curves(evaluation),
        draw_calibration(evaluation.metrics),
        draw_history(evaluation.history),
        draw_mistakes(evaluation),
        draw_samples(evaluation),
    )
    return [picture for picture in drawn if picture is not None]
