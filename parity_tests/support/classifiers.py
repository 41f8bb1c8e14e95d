"""Classifiers of every kind that is exported, small, and fitted on real digits of 8 x 8 pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.pipeline import write_bundle
from webparity.models.baked import Baked, bake
from webparity.models.model_file import serialize_model
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.datasets.mnist import load_mnist

SPEC: Final = Preprocessing(height=8, width=8)
TRAINED_ON: Final = 600
ALL_DIGITS: Final = 10


def calibrate(svm: Any, **settings: Any) -> Any:
    """Calibrate a classifier that has no probabilities."""
    return CalibratedClassifierCV(svm, ensemble=False, cv=3, **settings)


def scale(*steps: Any) -> Any:
    """Put a classifier behind a StandardScaler."""
    return make_pipeline(StandardScaler(), *steps)


LINEAR: Final[dict[str, Callable[[], Any]]] = {
    "LogisticRegression": lambda: LogisticRegression(max_iter=500),
    "StandardScaler-LogisticRegression": lambda: scale(LogisticRegression()),
    "LinearSVC": lambda: calibrate(LinearSVC(dual=False)),
    "LDA": LinearDiscriminantAnalysis,
    "GaussianNB": GaussianNB,
    "MLPClassifier": lambda: scale(MLPClassifier((30,), max_iter=60, random_state=0)),
    "MLPClassifier-tanh": lambda: MLPClassifier((20, 10), activation="tanh", max_iter=60, random_state=0),
    "PCA-Normalizer-LogisticRegression": lambda: scale(
        PCA(20, whiten=True, random_state=0), Normalizer(), LogisticRegression()
    ),
    "SelectKBest-MinMaxScaler-GaussianNB": lambda: make_pipeline(SelectKBest(k=30), MinMaxScaler(), GaussianNB()),
}
KERNELS: Final[dict[str, Callable[[], Any]]] = {
    "SVC-linear": lambda: calibrate(SVC(kernel="linear")),
    "SVC-rbf": lambda: scale(calibrate(SVC())),
    "SVC-poly": lambda: make_pipeline(MinMaxScaler(), calibrate(SVC(kernel="poly", coef0=1.0))),
    "SVC-rbf-of-its-own-probabilities": lambda: scale(SVC(probability=True, random_state=0)),
    "SVC-rbf-against-the-rest": lambda: calibrate(OneVsRestClassifier(SVC())),
    "KNeighbors": lambda: KNeighborsClassifier(4),
    "KNeighbors-distance": lambda: scale(KNeighborsClassifier(5, weights="distance")),
}
TREES: Final[dict[str, Callable[[], Any]]] = {
    "DecisionTree": lambda: scale(DecisionTreeClassifier(random_state=0)),
    "RandomForest": lambda: RandomForestClassifier(20, random_state=0),
    "SelectKBest-MinMaxScaler-ExtraTrees": lambda: make_pipeline(
        SelectKBest(k=30), MinMaxScaler(), ExtraTreesClassifier(20, random_state=0)
    ),
    "GradientBoosting": lambda: scale(GradientBoostingClassifier(n_estimators=10, random_state=0)),
    "HistGradientBoosting": lambda: HistGradientBoostingClassifier(max_iter=10, random_state=0),
    "AdaBoost": lambda: AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=15, random_state=0),
    "XGBClassifier": lambda: XGBClassifier(n_estimators=15, max_depth=3, random_state=0),
    "CatBoostClassifier": lambda: CatBoostClassifier(
        iterations=15, depth=4, verbose=0, allow_writing_files=False, random_seed=0
    ),
    "LGBMClassifier": lambda: LGBMClassifier(n_estimators=15, random_state=0, verbose=-1, deterministic=True),
}
NESTED: Final[dict[str, Callable[[], Any]]] = {
    "CalibratedClassifierCV-RandomForest": lambda: CalibratedClassifierCV(
        RandomForestClassifier(8, random_state=0), cv=3
    ),
    "CalibratedClassifierCV-isotonic-SVC-rbf": lambda: calibrate(SVC(), method="isotonic"),
    "CalibratedClassifierCV-isotonic-GaussianNB": lambda: calibrate(GaussianNB(), method="isotonic"),
    "Voting": lambda: VotingClassifier(
        [
            ("linear", scale(LogisticRegression())),
            ("neighbours", KNeighborsClassifier(3)),
            ("boosted", scale(GradientBoostingClassifier(n_estimators=5, random_state=0))),
        ],
        voting="soft",
        weights=[2, 1, 1],
    ),
    "Stacking": lambda: StackingClassifier(
        [("bayes", GaussianNB()), ("machine", LinearSVC(dual=False)), ("neighbours", KNeighborsClassifier(3))],
        LogisticRegression(max_iter=500),
        cv=3,
        passthrough=True,
    ),
    "nested-pipelines": lambda: make_pipeline(
        make_pipeline(StandardScaler(), PCA(15, random_state=0)), calibrate(SVC())
    ),
}
CLASSIFIERS: Final = LINEAR | KERNELS | TREES | NESTED
FAMILIES: Final = {"linear": LINEAR, "kernels": KERNELS, "trees": TREES, "nested": NESTED}


@cache
def load_digits() -> Dataset:
    """Load real images of 28 x 28 pixels."""
    return load_mnist("mnist-subset")


def take_spread(part: Split, count: int) -> Split:
    """Take images spread evenly over a part, which is sorted by label."""
    return part.take(np.random.default_rng(0).permutation(len(part))[:count])


def fit_classifier(name: str, classes: int) -> Baked:
    """Fit one of the classifiers; two classes have words as labels, more have numbers."""
    train = take_spread(load_digits().train, TRAINED_ON)
    values, labels = ImagePreprocessing(SPEC).fit_transform(np.asarray(train.images)), train.labels
    assert len(set(labels)) == ALL_DIGITS
    words = np.array(["even", "odd"])[labels % 2]
    # XGBoost takes no words.
    wanted = labels % classes if classes > 2 or name.startswith("XGB") else words
    return bake(CLASSIFIERS[name]().fit(values, wanted), SPEC)


def export_classifier(name: str, classes: int, out: Path, targets: Sequence[str] = ()) -> Path:
    """Export it to a bundle with these targets, or every target that supports it."""
    baked, test = fit_classifier(name, classes), take_spread(load_digits().test, 20)
    samples = [(np.asarray(image), str(label)) for image, label in zip(test.images, test.labels, strict=True)]
    model: Any = baked
    write_bundle(
        Exportable(
            name=name,
            baked=baked,
            source=serialize_model(model.estimator),
            labels=tuple(str(label) for label in model.estimator.classes_),
            golden=make_golden_set(samples),
        ),
        out,
        target_names=targets,
        page=False,
    )
    return out
