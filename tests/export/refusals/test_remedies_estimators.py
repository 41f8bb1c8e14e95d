"""The remedies that refusals of classifiers name: each ends in a model that all targets take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.export.target_selection import discover_targets
from webparity.models import refusals
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.missing_values import set_missing
from webparity.models.model_file import serialize_model
from webparity.models.refusals import ModelRefusal
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC: Final = Preprocessing(height=4, width=5, scale=1 / 255)
VALUES: Final = np.random.default_rng(0).random((60, 20)) * (np.random.default_rng(1).random((60, 20)) > 0.3)
LABELS: Final = np.digitize(VALUES.sum(axis=1), np.quantile(VALUES.sum(axis=1), [0.3, 0.6]))


def _calibrate(svm: Any, **settings: Any) -> Any:
    return CalibratedClassifierCV(svm, ensemble=False, cv=2, **settings)


def _state_missing(value: float) -> Any:
    model = XGBClassifier(n_estimators=3, n_jobs=1).fit(csr_matrix(VALUES), LABELS)
    set_missing(model, value)
    return model


def _fit(model: Any) -> Callable[[], Any]:
    return lambda: model.fit(VALUES, LABELS)


# By the words of the remedy that they carry out.
REMEDIES: Final[list[tuple[ModelRefusal, str, Callable[[], Any]]]] = [
    (refusals.PREDICT_PROBA, "CalibratedClassifierCV(…, ensemble=False)", _fit(_calibrate(LinearSVC()))),
    (
        refusals.PREDICT_PROBA,
        "voting='soft'",
        _fit(VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier())], voting="soft")),
    ),
    (refusals.SKLEARN_TYPES, "algorithm='brute'", _fit(KNeighborsClassifier(3, algorithm="brute"))),
    (
        refusals.XGBOOST,
        "booster='gbtree'",
        _fit(XGBClassifier(n_estimators=2, booster="gbtree", objective="multi:softprob", n_jobs=1)),
    ),
    (refusals.XGBOOST_MISSING, "set_missing(model, 0.0)", lambda: _state_missing(0.0)),
    (refusals.XGBOOST_MISSING, "set_missing(model, float('nan'))", lambda: _state_missing(float("nan"))),
    (
        refusals.CATBOOST,
        "MultiClass",
        _fit(
            CatBoostClassifier(
                iterations=2, loss_function="MultiClass", verbose=0, allow_writing_files=False, thread_count=1
            )
        ),
    ),
    (
        refusals.LIGHTGBM,
        "binary or multiclass",
        _fit(LGBMClassifier(n_estimators=2, objective="multiclass", min_child_samples=5, verbose=-1, n_jobs=1)),
    ),
    (refusals.NO_SPLIT, "data that tell the classes apart", _fit(DecisionTreeClassifier(max_depth=2))),
    (refusals.FALLING_STEP, "positive numbers", _fit(make_pipeline(StandardScaler(), DecisionTreeClassifier()))),
    (refusals.BOOSTING_START, "Leave init out", _fit(GradientBoostingClassifier(n_estimators=2))),
    (
        refusals.CATEGORIES,
        "Leave categorical_features out",
        _fit(HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5)),
    ),
    (refusals.ADABOOST, "Leave estimator out", _fit(AdaBoostClassifier(n_estimators=2))),
    (refusals.OLD_ADABOOST, "with the scikit-learn here", _fit(AdaBoostClassifier(n_estimators=3))),
    *(
        (refusals.KERNEL, "one of these", _fit(_calibrate(SVC(kernel=kernel))))
        for kernel in ("linear", "rbf", "poly", "sigmoid")
    ),
    *(
        (
            refusals.NEIGHBOURS,
            "Train with these",
            _fit(KNeighborsClassifier(3, metric=metric, weights=weights, algorithm="brute")),
        )
        for metric in ("euclidean", "manhattan")
        for weights in ("uniform", "distance")
    ),
    (refusals.CALIBRATION, "method='sigmoid'", _fit(_calibrate(LinearSVC(), method="sigmoid"))),
    (
        refusals.STACKING,
        "stack_method='auto'",
        _fit(StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], cv=2, stack_method="auto")),
    ),
    (refusals.ONE_LABEL, "one classifier for each", _fit(DecisionTreeClassifier())),
]


@pytest.mark.parametrize(
    ("refusal", "words", "make"), REMEDIES, ids=[f"{i} {remedy[1]}" for i, remedy in enumerate(REMEDIES)]
)
def test_the_remedy_of_a_refusal_works(refusal: ModelRefusal, words: str, make: Callable[[], Any]) -> None:
    assert words in refusal.remedy
    model = make()
    baked = EstimatorBaked(model, SPEC)
    assert {name: discover_targets()[name].refusal(baked) for name in ("onnx", "tfjs-graph")} == {
        "onnx": None,
        "tfjs-graph": None,
    }
    assert serialize_model(model)
