"""Every picture of an evaluation, in the order of the page."""

from __future__ import annotations

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.pictures.calibration import calibration_picture
from webparity.train.evaluation.pictures.confusion import confusion_picture
from webparity.train.evaluation.pictures.curves import precision_recall_picture, roc_picture
from webparity.train.evaluation.pictures.figure import Picture
from webparity.train.evaluation.pictures.grids import mistakes_picture, samples_picture
from webparity.train.evaluation.pictures.history import history_picture


def pictures(evaluation: Evaluation) -> list[Picture]:
    """Draw what can be drawn: a model without epochs has no history, a perfect one no mistakes."""
    drawn = (
        confusion_picture(evaluation.metrics),
        roc_picture(evaluation),
        precision_recall_picture(evaluation),
        calibration_picture(evaluation.metrics),
        history_picture(evaluation.history),
        mistakes_picture(evaluation),
        samples_picture(evaluation),
    )
    return [picture for picture in drawn if picture is not None]
