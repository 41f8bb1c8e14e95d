"""A fitted scikit-learn, XGBoost or CatBoost classifier with its preprocessing inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline, make_pipeline

from webparity.bundle.manifest import Tap
from webparity.errors import UnsupportedModelError
from webparity.image_preprocessing import ImagePreprocessing, features, numpy_pixels
from webparity.model_kind import kind_of
from webparity.preprocessing.spec import Preprocessing

_BATCH_PIXELS: Final = 1_000_000
# Their answers jump where a value crosses a threshold or another neighbour comes nearest.
_STEPPED: Final = ("Boost", "CatBoost", "Forest", "KNeighbors", "Neighbors", "Tree", "XGB")


class EstimatorBaked:
    """`webparity.baked.Baked` on a fitted classifier; preprocessing runs in NumPy, float64.

    Args:
        estimator: a fitted classifier with `predict_proba`, float32 [N, D] to probabilities [N, C]; an
            `ImagePreprocessing` at the front of a pipeline is taken out.
        preprocessing: what stands in front of it; D is the product of its `values_shape`.

    Attributes:
        estimator: without image preprocessing.
        preprocessing: as given.

    Raises:
        UnsupportedModelError: it gives no probabilities, or expects another number of features.
    """

    def __init__(self, estimator: Any, preprocessing: Preprocessing) -> None:
        self.estimator = without_images(estimator)[0]
        self.preprocessing = preprocessing
        if not hasattr(self.estimator, "predict_proba"):
            raise UnsupportedModelError(
                f"Expected a classifier with predict_proba; received {type(last_step(self.estimator)).__name__}. "
                "Wrap it in CalibratedClassifierCV(…, ensemble=False) and fit that."
            )
        expected, received = int(np.prod(preprocessing.values_shape)), _width(self.estimator)
        if received != expected:
            raise UnsupportedModelError(
                f"Expected an estimator of {expected} features, as its preprocessing gives; received one of "
                f"{received}. Correct height, width and channels of the preprocessing."
            )

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.estimator.classes_)

    @property
    def stepped(self) -> bool:
        """Whether answers jump: values that differ by rounding alone may then get other probabilities."""
        return any(part in type(last_step(self.estimator)).__name__ for part in _STEPPED)

    @property
    def pipeline(self) -> Pipeline:
        """A scikit-learn pipeline from images, whose `predict` is this model's."""
        steps = self.estimator.steps if isinstance(self.estimator, Pipeline) else [("classifier", self.estimator)]
        return Pipeline([("images", ImagePreprocessing(self.preprocessing)), *steps])

    def head(self, values: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Scores and probabilities [N, C] of features float32 [N, D]."""
        probabilities = np.asarray(self.estimator.predict_proba(values), dtype=np.float32)
        scores = _scores(self.estimator, values)
        if scores is None:
            scores = probabilities
        elif scores.ndim == 1:
            scores = np.stack([np.zeros_like(scores), scores], axis=1)
        return {"scores": scores.astype(np.float32), "probabilities": probabilities}

    def of_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Scores and probabilities of resized pixels float32 [N, height, width, depth], whoever resized them."""
        return self.head(features(pixels, self.preprocessing))

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run it; see `webparity.baked.Baked`."""
        room = max(1, _BATCH_PIXELS // (images.shape[1] * images.shape[2]))
        pixels = np.concatenate(
            [numpy_pixels(images[i : i + room], self.preprocessing) for i in range(0, len(images), room)]
        )
        outputs: dict[Tap, NDArray[np.float32]] = {"pixels": pixels.astype(np.float32)}
        if set(taps) - {"pixels"}:
            outputs |= self.head(features(pixels, self.preprocessing))
        return {tap: outputs[tap] for tap in taps}


def last_step(estimator: Any) -> Any:
    """The classifier at the end of a pipeline, or what was given."""
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator


def with_last_step(estimator: Any, last: Any) -> Any:
    """The same pipeline ending in another classifier, or that classifier alone."""
    if not isinstance(estimator, Pipeline):
        return last
    return make_pipeline(*(step for _, step in estimator.steps[:-1]), last)


def without_images(estimator: Any) -> tuple[Any, Preprocessing | None]:
    """Take `ImagePreprocessing` off the front of a pipeline; None where there is none."""
    if not isinstance(estimator, Pipeline) or not isinstance(estimator.steps[0][1], ImagePreprocessing):
        return estimator, None
    return Pipeline(estimator.steps[1:]), estimator.steps[0][1].spec


def scorer(estimator: Any) -> Any:
    """What gives the raw scores: a calibrated classifier's own classifier, behind the same steps."""
    last = last_step(estimator)
    if isinstance(last, CalibratedClassifierCV) and len(last.calibrated_classifiers_) == 1:
        return with_last_step(estimator, last.calibrated_classifiers_[0].estimator)
    return estimator


def _width(estimator: Any) -> int:
    # CatBoost forgets n_features_in_ in its own file.
    return len(estimator.feature_names_) if kind_of(estimator) == "catboost" else int(estimator.n_features_in_)


def _scores(estimator: Any, values: NDArray[np.float32]) -> NDArray[Any] | None:
    """Scores before calibration, sigmoid or softmax, [N] for two classes or [N, C]; None where there are none."""
    kind = kind_of(estimator)
    if kind == "xgboost":
        return np.asarray(estimator.predict(values, output_margin=True))
    if kind == "catboost":
        return np.asarray(estimator.predict(values, prediction_type="RawFormulaVal"))
    raw = scorer(estimator)
    return np.asarray(raw.decision_function(values)) if hasattr(raw, "decision_function") else None
