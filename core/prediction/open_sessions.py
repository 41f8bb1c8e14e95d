"""The sessions of one opened bundle, each opened when it is first used, and its predictions."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from webparity.bundle.manifest import Manifest
from webparity.errors import DecodeError, UsageError
from webparity.progress import ProgressCallback, open_progress

if TYPE_CHECKING:
    from webparity.prediction.prediction import Prediction
    from webparity.prediction.predictions import Predictions
    from webparity.prediction.session import PredictionSession, PredictorRuntime

_LOGGER: Final = logging.getLogger("webparity.predict")


class OpenSessions:
    """One session a runtime; a copy, or what is sent to another process, opens its own."""

    def __init__(self) -> None:
        self._opened: dict[PredictorRuntime | None, PredictionSession] = {}

    def __contains__(self, runtime: object) -> bool:
        return runtime in self._opened

    def __reduce__(self) -> tuple[type[OpenSessions], tuple[()]]:
        return OpenSessions, ()

    def predict(
        self,
        site: Path,
        manifest: Manifest,
        images: Any,
        runtime: PredictorRuntime | None,
        progress: ProgressCallback | None,
    ) -> Prediction | Predictions:
        """Predict what a user gives; see `Bundle.predict`, which checked the files of the bundle."""
        from webparity.prediction.given_images import list_given_images
        from webparity.prediction.predictions import SHOWN, Predictions
        from webparity.prediction.session import PredictionSession

        given = list_given_images(images, manifest.contract)
        if runtime not in self._opened:
            self._opened[runtime] = PredictionSession(site, manifest, runtime)
        session = self._opened[runtime]
        if given.single:
            return _predict_one(session, given.images[0].name, given.images[0].read, shown=True)
        answers: list[Prediction] = []
        refused: dict[str, str] = {}
        with open_progress(progress) as report:
            for number, image in enumerate(given.images, 1):
                try:
                    answers.append(_predict_one(session, image.name, image.read, shown=len(answers) < SHOWN))
                except (DecodeError, UsageError) as error:
                    if not given.folder:
                        raise
                    refused[image.name] = str(error)
                report("predicting", number, len(given.images))
        if refused:
            _LOGGER.warning("%d of %d files refused, see `refused`", len(refused), len(given.images))
        return Predictions(answers, refused=refused, ignored=given.ignored)


def _predict_one(session: PredictionSession, name: str, read: Any, *, shown: bool) -> Prediction:
    prediction, pixels = session.predict_image(name, read)
    if shown:
        from webparity.notebook.picture import make_picture

        return replace(prediction, picture=make_picture(pixels))
    return prediction
