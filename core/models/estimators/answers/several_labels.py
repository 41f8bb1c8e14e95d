"""Classifiers of any number of labels an image: one of 0 and 1 in each column of what they were fitted on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline

from webparity.models import refusals
from webparity.models.model_kind import get_model_kind
from webparity.outputs.model_output import ModelOutput

# The libraries give a label where its probability is above one half: from the next float32 on.
LIBRARY_THRESHOLD: Final = float(np.nextafter(np.float32(0.5), np.float32(1)))
CATBOOST_LOSSES: Final = ("MultiLogloss", "MultiCrossEntropy")


def gives_several_labels(estimator: Any) -> bool:
    """Whether a fitted classifier, or the last step of a pipeline, was fitted on a matrix with a column a label."""
    last = _get_last(estimator)
    match get_model_kind(last):
        case "xgboost":
            return hasattr(last, "predict_proba") and _count_targets(last) > 1
        case "catboost":
            return _read_catboost_loss(last) in CATBOOST_LOSSES
        case "lightgbm":
            return False
    if isinstance(getattr(last, "classes_", None), list):
        return True
    if isinstance(last, OneVsRestClassifier):
        return bool(last.multilabel_)
    return isinstance(last, MLPClassifier) and last.out_activation_ == "logistic" and last.n_outputs_ > 1


def choose_labels_output(estimator: Any, count: int) -> ModelOutput:
    """Describe the numbers of such a classifier, with the thresholds of the library's own `predict`."""
    del estimator
    return ModelOutput(kind="multilabel", thresholds=(LIBRARY_THRESHOLD,) * count)


def count_labels(estimator: Any) -> int:
    """Count the labels of a classifier that `gives_several_labels`.

    Raises:
        UnsupportedModelError: an output has other classes than 0 and 1, or there are no probabilities.
    """
    last = _get_last(estimator)
    if not hasattr(last, "predict_proba"):
        raise refusals.ONE_LABEL(f"a {type(last).__name__} of several labels without predict_proba")
    if get_model_kind(last) == "xgboost":
        return _count_targets(last)
    classes = last.classes_
    if isinstance(classes, list):
        other = next((each for each in classes if not set(np.asarray(each).tolist()) <= {0, 1}), None)
        if other is not None:
            raise refusals.ONE_LABEL(f"one with {len(classes)}, of which one is among {', '.join(map(str, other))}")
    return len(classes)


def compute_label_probabilities(estimator: Any, values: NDArray[Any]) -> NDArray[np.float64]:
    """Predict the probability of each label, float64 [N, C], of features [N, D], by the estimator's `predict_proba`."""
    given = estimator.predict_proba(values)
    if not isinstance(given, list):
        return np.asarray(given, np.float64)
    classes = _get_last(estimator).classes_
    columns = [select_present(np.asarray(rows), own) for rows, own in zip(given, classes, strict=True)]
    return np.stack(columns, axis=1).astype(np.float64)


def select_present(rows: NDArray[Any], classes: NDArray[Any]) -> NDArray[Any]:
    """Select the column of the class 1 of [..., classes]; 0 where no image had the label."""
    present = np.flatnonzero(np.asarray(classes) == 1)
    column: NDArray[Any] = rows[..., int(present[0])] if len(present) else np.zeros(rows.shape[:-1])
    return column


def _count_targets(classifier: Any) -> int:
    import json

    config = json.loads(classifier.get_booster().save_config())
    return int(config["learner"]["learner_model_param"].get("num_target", 1))


def _read_catboost_loss(classifier: Any) -> str:
    known = classifier.get_all_params() if classifier.is_fitted() else {}
    return str(known.get("loss_function", "")).partition(":")[0]


def _get_last(estimator: Any) -> Any:
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return estimator
