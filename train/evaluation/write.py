"""Write an evaluation to a folder atomically."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from webparity.storage.staging import stage_folder
from webparity.train.evaluation.evaluation import Evaluation, to_json
from webparity.train.evaluation.page import to_html
from webparity.train.evaluation.pictures.all import draw_pictures

METRICS_NAME: Final = "metrics.json"
PAGE_NAME: Final = "evaluation.html"
KIND: Final = "evaluation"


def write_evaluation(evaluation: Evaluation, folder: Path | str, *, force: bool = False) -> None:
    """Write `metrics.json`, `evaluation.html`, and one file for each picture, `pictures/NAME.svg`.

    Args:
        evaluation: what to write.
        folder: the destination; its parents are made.
        force: an earlier evaluation in that folder may be replaced.

    Raises:
        UsageError: the folder is occupied or cannot be written.
    """
    with stage_folder(Path(folder), marker=METRICS_NAME, noun=KIND, force=force) as staging:
        drawn = draw_pictures(evaluation)
        (staging / "pictures").mkdir()
        for picture in drawn:
            (staging / "pictures" / f"{picture.name}.svg").write_bytes(picture.svg)
        (staging / PAGE_NAME).write_text(to_html(evaluation, drawn), encoding="utf-8")
        (staging / METRICS_NAME).write_bytes(to_json(evaluation))
