"""A fitted scikit-learn, XGBoost, CatBoost or LightGBM classifier with its preprocessing inside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import SVC
from threadpoolctl import ThreadpoolController

from webparity.model_safety.estimators.answers import require_answers
from webparity.model_safety.estimators.check import has_several_labels, refuse_unsound
from webparity.models import refusals
from webparity.models.estimators.decision import compute_decisions, find_rule, has_scores, prepare_scorer
from webparity.models.estimators.discontinuity import is_discontinuous
from webparity.models.estimators.embedded_boosters import is_fitted
from webparity.models.estimators.missing_values import require_missing_value
from webparity.models.estimators.parts import iterate_parts
from webparity.models.estimators.weighted_classifier import WeightedClassifier
from webparity.models.model_kind import ModelKind, get_model_kind
from webparity.models.model_wrappers import unwrap_search
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing, extract_features, resize_images_in_numpy
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import Tap

_BATCH_PIXELS: Final = 1_000_000
_ANY: Final = OutputRequest()


class EstimatorBaked:
    """`webparity.models.baked.Baked` on a fitted classifier; preprocessing runs in NumPy, float64.

    Args:
        estimator: a fitted classifier with `predict_proba`, float32 [N, D] to probabilities [N, C], or with decision
            scores or votes; an `ImagePreprocessing` at the front of a pipeline is taken out.
        preprocessing: applied before the estimator; D is the product of its `values_shape`.
        output: what its numbers are; or what its user says of them. By default probabilities where it has them.

    Attributes:
        estimator: without image preprocessing.
        preprocessing: as given.
        output: what its numbers are: probabilities or scores.
        scorer: the estimator whose decision function gives the scores of `scores`.
        features: how many values the estimator sees of an image, D.

    Raises:
        UnsupportedModelError: it gives neither probabilities nor scores, several labels, or expects another number of
            features.
    """

    def __init__(
        self, estimator: Any, preprocessing: Preprocessing, output: ModelOutput | OutputRequest = _ANY
    ) -> None:
        estimator = unwrap_search(estimator)
        refuse_unsound(estimator)
        self.estimator = split_image_preprocessing(estimator)[0]
        self.preprocessing = preprocessing
        if has_several_labels(self.estimator):
            raise refusals.ONE_LABEL(f"one with {len(self.estimator.classes_)}")
        self.output = output if isinstance(output, ModelOutput) else _choose_output(self.estimator, output)
        self.scorer = prepare_scorer(unwrap_weighted(self.estimator))
        for part in iterate_parts(self.estimator):
            if get_model_kind(part) == "xgboost" and is_fitted(part):
                require_missing_value(part)
        self.features = int(np.prod(preprocessing.values_shape))
        received = _count_features(self.estimator)
        if received not in {self.features, None}:
            raise refusals.FEATURES(f"one of {received} for {self.features}")
        if self.kind == "sklearn":
            require_answers(self.estimator, self.features, self._answer_rows)

    def decide(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Compute decision scores of features [N, D]: float64 [N, C], or [N, 1] for two classes."""
        return compute_decisions(self.scorer, values)

    def _answer_rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """Answer rows by the library's own function, for a trial."""
        if self.output.kind == "scores":
            return self.decide(values)
        return np.asarray(self.estimator.predict_proba(values))

    @property
    def kind(self) -> ModelKind:
        """The library of the estimator."""
        return get_model_kind(self.estimator)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.estimator.classes_)

    @property
    def is_discontinuous(self) -> bool:
        """Whether it contains trees, nearest neighbours or votes."""
        return is_discontinuous(self.scorer if self.output.kind == "scores" else unwrap_weighted(self.estimator))

    @property
    def pipeline(self) -> Pipeline:
        """A scikit-learn pipeline that takes images and predicts as this model does."""
        steps = self.estimator.steps if isinstance(self.estimator, Pipeline) else [("classifier", self.estimator)]
        return Pipeline([("images", ImagePreprocessing(self.preprocessing)), *steps])

    def predict_features(self, values: NDArray[Any]) -> dict[Tap, NDArray[np.float32]]:
        """Predict scores, and probabilities where it has them, [N, C], of features float32 [N, D].

        The estimator gets them as float64:
        scikit-learn computes in the input's type, and some sums lose all significant digits in float32.
        """
        plain, values = unwrap_weighted(self.estimator), values.astype(np.float64)
        # For a single image, the synchronization of threads costs more than they save.
        with _find_thread_pools(self.kind).limit(limits=1, user_api="openmp"):
            if self.output.kind == "scores":
                return {"scores": self.decide(values).astype(np.float32)}
            probabilities = np.asarray(plain.predict_proba(values))
            scores = _compute_scores(plain, values)
        if scores is None:
            scores = probabilities
        elif scores.ndim == 1:
            scores = np.stack([np.zeros_like(scores), scores], axis=1)
        if plain is not self.estimator:
            probabilities = self.estimator.weigh(probabilities)
        return {"scores": scores.astype(np.float32), "probabilities": probabilities.astype(np.float32)}

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Predict every tap but `pixels` of resized pixels float32 [N, height, width, depth]."""
        return self.predict_features(extract_features(pixels, self.preprocessing))

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run it; see `webparity.models.baked.Baked`."""
        room = max(1, _BATCH_PIXELS // (images.shape[1] * images.shape[2]))
        pixels = np.concatenate(
            [resize_images_in_numpy(images[i : i + room], self.preprocessing) for i in range(0, len(images), room)]
        )
        outputs: dict[Tap, NDArray[np.float32]] = {"pixels": pixels.astype(np.float32)}
        if set(taps) - {"pixels"}:
            outputs |= self.predict_features(extract_features(pixels, self.preprocessing))
        return {tap: outputs[tap] for tap in taps}


def _choose_output(estimator: Any, request: OutputRequest) -> ModelOutput:
    """Choose what a classifier's numbers are: as its user says, or probabilities where it has them.

    Raises:
        UnsupportedModelError: it has neither probabilities nor scores, or not what is asked for.
    """
    has_probabilities = hasattr(estimator, "predict_proba")
    match request.asked:
        case "probabilities" if not has_probabilities:
            raise refusals.PREDICT_PROBA(type(get_last_step(estimator)).__name__)
        case "probabilities" | None if has_probabilities:
            return ModelOutput()
        case "scores" if has_probabilities and not has_scores(unwrap_weighted(estimator)):
            raise refusals.NO_SCORES(type(get_last_step(estimator)).__name__)
        case "scores" | None:
            return ModelOutput(kind="scores", rule=find_rule(unwrap_weighted(estimator)))
        case _:
            raise refusals.NO_NETWORK(f"--outputs {request.asked} with {type(get_last_step(estimator)).__name__}")


@cache
def _find_thread_pools(kind: ModelKind) -> ThreadpoolController:
    """Find the thread pools of the loaded libraries, which takes 20 ms; once for each library of models."""
    del kind  # an estimator of this kind has loaded its library
    return ThreadpoolController()


def unwrap_weighted(estimator: Any) -> Any:
    """Get the classifier inside a `WeightedClassifier`, or return any other as it is."""
    return estimator.estimator if isinstance(estimator, WeightedClassifier) else estimator


def get_last_step(estimator: Any) -> Any:
    """Get the classifier at the end of a pipeline, or return any other estimator as it is."""
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator


def replace_last_step(estimator: Any, last: Any) -> Any:
    """Replace the classifier at the end of a pipeline; without a pipeline, return the new classifier."""
    if not isinstance(estimator, Pipeline):
        return last
    return make_pipeline(*(step for _, step in estimator.steps[:-1]), last)


def split_image_preprocessing(estimator: Any) -> tuple[Any, Preprocessing | None]:
    """Split `ImagePreprocessing` from the front of a pipeline; None where there is none."""
    if not isinstance(estimator, Pipeline) or not isinstance(estimator.steps[0][1], ImagePreprocessing):
        return estimator, None
    return Pipeline(estimator.steps[1:]), estimator.steps[0][1].spec


def find_scorer(estimator: Any) -> Any:
    """Find the estimator that gives raw scores, or None where probabilities are used as scores.

    A calibrated classifier's own classifier behind the same steps, or a logistic regression itself.
    """
    last = get_last_step(estimator)
    if isinstance(last, LogisticRegression):
        return estimator
    if not isinstance(last, CalibratedClassifierCV) or len(last.calibrated_classifiers_) > 1:
        return None
    (calibrated,) = last.calibrated_classifiers_
    sigmoids = all(hasattr(calibrator, "a_") for calibrator in calibrated.calibrators)
    return replace_last_step(estimator, calibrated.estimator) if sigmoids and _is_smooth(calibrated.estimator) else None


def _is_smooth(classifier: Any) -> bool:
    if isinstance(classifier, OneVsRestClassifier):
        return all(_is_smooth(each) for each in classifier.estimators_)
    if isinstance(classifier, SVC):
        # With more classes its decision function counts votes of pairs.
        return len(classifier.classes_) == 2 and isinstance(classifier.kernel, str)
    return hasattr(classifier, "coef_")


def _count_features(estimator: Any) -> int | None:
    """Count the features it was fitted on; None where that is not stored."""
    # CatBoost's file does not store n_features_in_.
    return (
        len(estimator.feature_names_)
        if get_model_kind(estimator) == "catboost"
        else getattr(estimator, "n_features_in_", None)
    )


def _compute_scores(estimator: Any, values: NDArray[np.float64]) -> NDArray[Any] | None:
    """Compute scores before calibration, sigmoid or softmax, [N] for two classes or [N, C]; None without any."""
    kind = get_model_kind(estimator)
    if kind == "xgboost":
        return np.asarray(estimator.predict(values, output_margin=True))
    if kind == "catboost":
        return np.asarray(estimator.predict(values, prediction_type="RawFormulaVal"))
    if kind == "lightgbm":
        return np.asarray(estimator.booster_.predict(values, raw_score=True))
    raw = find_scorer(estimator)
    return None if raw is None else np.asarray(raw.decision_function(values))
