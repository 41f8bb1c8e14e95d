"""Serialization of LightGBM models with class labels, and the classifier that is created on reading."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if

from webparity.model_safety.refusal import make_refusal
from webparity.models import refusals
from webparity.models.estimators.answers.booster_regressor import BoosterRegressor
from webparity.models.estimators.answers.booster_tasks import LIGHTGBM_VALUES
from webparity.models.estimators.answers.fitted_booster import FittedBooster

# LightGBM reads the last line of its text and skips unknown lines before it.
_LAST: Final = "\npandas_categorical:"
_LABELS: Final = "\nclass_labels:"


class BoosterClassifier(ClassifierMixin, FittedBooster):
    """A classifier of a fitted LightGBM booster; `LGBMClassifier` cannot be constructed from one.

    Args:
        booster: a `lightgbm.Booster` with objective binary or multiclass.
        classes: labels by index.
    """

    def __init__(self, booster: Any, classes: NDArray[Any]) -> None:
        self.booster = booster
        self.classes = classes

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, under scikit-learn's name for them."""
        return self.classes

    def predict_proba(self, values: Any) -> NDArray[np.float64]:
        """Predict probabilities [N, C] of values [N, D]."""
        given: NDArray[np.float64] = np.asarray(self.booster.predict(np.asarray(values)))
        return np.stack([1.0 - given, given], axis=1) if given.ndim == 1 else given

    @available_if(lambda _: _has_decision_function())
    def decision_function(self, values: Any) -> NDArray[np.float64]:
        """Compute sums of trees, [N] for two classes or [N, C]; present where LightGBM's own classifier has it."""
        raw: NDArray[np.float64] = np.asarray(self.booster.predict(np.asarray(values), raw_score=True))
        return raw

    def predict(self, values: Any) -> NDArray[Any]:
        """Predict the class of the highest probability, the first on ties."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(values).argmax(axis=1)]
        return labels


def _has_decision_function() -> bool:
    from lightgbm import LGBMClassifier

    return hasattr(LGBMClassifier, "decision_function")


def serialize_lightgbm(model: Any) -> bytes:
    """Serialize a LightGBM model as text, with the labels of a classifier in a line that LightGBM ignores.

    Args:
        model: an `LGBMClassifier`, an `LGBMRegressor`, or what `read_lightgbm` gave.
    """
    if not hasattr(model, "classes_"):
        return str(model.booster_.model_to_string()).encode()
    text, last, rest = model.booster_.model_to_string().rpartition(_LAST)
    return f"{text}{_LABELS}{json.dumps(model.classes_.tolist())}\n{last}{rest}".encode()


def read_lightgbm(data: bytes) -> BoosterClassifier | BoosterRegressor:
    """Read what `serialize_lightgbm` or LightGBM itself wrote; without labels, classes are numbered.

    Raises:
        UnsupportedModelError: it is neither of classes nor of values, or of another number of them than it has labels.
        Exception: LightGBM's own, where the text is damaged; some damage ends the process, so check the file in
            another one first.
    """
    from lightgbm import Booster

    text = data.decode()
    booster = Booster(model_str=text)
    objective = booster.dump_model(num_iteration=1).get("objective", "none").partition(" ")[0]
    if objective in LIGHTGBM_VALUES:
        return BoosterRegressor(booster)
    if objective not in {"binary", "multiclass"}:
        raise refusals.LIGHTGBM_CLASSES(f"one with objective {objective}")
    count = max(2, booster.num_model_per_iteration())
    line = text.rpartition(_LABELS)[2].partition("\n")[0] if _LABELS in text else json.dumps(list(range(count)))
    classes = np.array(json.loads(line))
    if classes.shape != (count,):
        raise make_refusal(f"{count} class labels, one for each output", line)
    return BoosterClassifier(booster, classes)
