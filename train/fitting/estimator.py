"""Fitting of a classifier on stored values, with calibration where it has no probabilities, and the decision shift."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from webparity.errors import DatasetError
from webparity.models.estimators.baked import get_last_step, replace_last_step
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.fitting.class_weights import balance_class_weights
from webparity.train.fitting.decision import VARIED_COPIES, find_balanced_shift
from webparity.train.fitting.estimator_decision import shift_decision
from webparity.train.fitting.value_store import ValueStore, open_value_store
from webparity.train.progress import StepCallback
from webparity.train.recipes.plans import EstimatorPlan, Vary

_FOLDS: Final = 5
# A classifier's 0 is not a proof: four neighbours that agree stand for a probability of about 1, not for certainty.
_LEAST_PROBABILITY: Final = 1e-3


def fit_estimator(plan: EstimatorPlan, dataset: Dataset, *, seed: int, progress: StepCallback | None = None) -> Any:
    """Fit the classifier of a plan.

    Args:
        plan: what to fit.
        dataset: fitted and calibrated on `train`, decided on `validation`.
        seed: of the classifier and of the folds that calibrate it.
        progress: called with images preprocessed and images in all; nothing while they are found in the cache.

    Returns:
        The fitted classifier of flat values float32 [N, D], its decision inside.

    Raises:
        DatasetError: too few patients to calibrate.
    """
    split = dataset.train
    estimator = plan.build(seed)
    if not hasattr(estimator, "predict_proba"):
        estimator = replace_last_step(
            estimator,
            CalibratedClassifierCV(get_last_step(estimator), cv=_make_calibration_folds(split, seed), ensemble=False),
        )
    weights: dict[str, Any] = {}
    if plan.balanced:
        prefix = f"{estimator.steps[-1][0]}__" if isinstance(estimator, Pipeline) else ""
        weights = {
            f"{prefix}sample_weight": balance_class_weights(split.labels, len(dataset.label_names))[split.labels]
        }
    with warnings.catch_warnings():
        # One-vs-rest takes none and balances by itself; the calibration takes them all the same.
        warnings.filterwarnings("ignore", "Since .* does not appear to accept sample_weight")
        estimator.fit(open_preprocessed(split, plan.preprocessing, progress).read_all(), split.labels, **weights)
    if isinstance(get_last_step(estimator), CalibratedClassifierCV):
        # The folds are of this training's data, no part of the model.
        get_last_step(estimator).set_params(cv=None)
    if plan.vary is None:
        return estimator
    return shift_decision(estimator, _find_shift(estimator, plan.vary, plan.preprocessing, dataset.validation))


def open_preprocessed(split: Split, spec: Preprocessing, progress: StepCallback | None = None) -> ValueStore:
    """Open a split's preprocessed values for a classifier; `progress` is called as by `fit_estimator`."""
    preprocessing = ImagePreprocessing(spec)

    def preprocess(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return preprocessing.transform(images).reshape(len(images), *spec.values_shape)

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total, {})

    return open_value_store(
        split, spec, preprocess, runner="numpy", code=ImagePreprocessing.__module__, progress=report
    )


def _make_calibration_folds(split: Split, seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    labels = split.labels
    groups = np.arange(len(labels)) if split.groups is None else split.groups
    fewest = min(len(np.unique(groups[labels == label])) for label in np.unique(labels))
    if fewest < 2:
        raise DatasetError(
            f"Expected at least 2 patients (or unrelated images) of every class; received {fewest}. Add images."
        )
    cut = StratifiedGroupKFold(min(_FOLDS, fewest), shuffle=True, random_state=seed)
    return list(cut.split(labels, labels, groups))


def _find_shift(estimator: Any, vary: Vary, spec: Preprocessing, validation: Split) -> NDArray[np.float32]:
    values = open_preprocessed(validation, spec).read(np.arange(len(validation)))
    varied = np.concatenate([vary(values, seed) for seed in range(VARIED_COPIES)]).reshape(
        VARIED_COPIES * len(values), -1
    )
    probabilities = np.clip(estimator.predict_proba(varied), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return find_balanced_shift(np.log(probabilities).astype(np.float32), np.tile(validation.labels, VARIED_COPIES))
