"""Programs of classifiers, run in the module and by a NumPy interpreter: they equal the library on the same pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from program_interpreter import interpret
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC

from webparity.export.wasm.estimator import build_estimator_program
from webparity.export.wasm.write import write_program
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing, extract_features
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.program.instance import ProgramInstance

PLAIN: Final = Preprocessing(height=6, width=5)
WITH_HOG: Final = Preprocessing(
    height=12, width=12, hog=Hog(orientations=8, pixels_per_cell=4, cells_per_block=2, normalisation="L2-Hys")
)
CLASSIFIERS: Final[dict[str, Callable[[], Any]]] = {
    "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    "network": lambda: MLPClassifier((8,), max_iter=30, random_state=0),
    "bayes": GaussianNB,
    "neighbours": lambda: KNeighborsClassifier(3, algorithm="brute"),
    "weighted neighbours": lambda: KNeighborsClassifier(5, weights="distance", algorithm="brute", metric="manhattan"),
    "SVM": lambda: CalibratedClassifierCV(SVC(), ensemble=False, cv=2),
    "SVM with probabilities": lambda: SVC(probability=True, random_state=0),
    "polynomial SVM": lambda: CalibratedClassifierCV(SVC(kernel="poly"), method="isotonic", ensemble=False, cv=2),
    "one against the rest": lambda: CalibratedClassifierCV(OneVsRestClassifier(LinearSVC()), ensemble=False, cv=2),
    "principal components": lambda: make_pipeline(PCA(4, whiten=True), LogisticRegression()),
    "forest": lambda: RandomForestClassifier(9, random_state=0),
    "scaled trees": lambda: make_pipeline(MinMaxScaler(), ExtraTreesClassifier(5, random_state=0)),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=5, random_state=0),
    "histogram boosting": lambda: HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=3),
    "votes": lambda: VotingClassifier(
        [("a", LogisticRegression()), ("b", RandomForestClassifier(3, random_state=0))], voting="soft"
    ),
    "stack": lambda: StackingClassifier([("a", GaussianNB()), ("b", LogisticRegression())], cv=2),
}


def make_images(rng: np.random.Generator, count: int, classes: int) -> tuple[list[Any], Any]:
    """Images of any sizes whose brightness rises along a direction of their class."""
    labels = np.arange(count) % classes
    images = []
    for label in labels:
        height, width = rng.integers(12, 30, 2)
        y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        slope = np.cos(label * 2.0) * x + np.sin(label * 2.0) * y
        noise = rng.normal(0, 0.3, (height, width, 3))
        images.append(np.clip(120 + 90 * (slope[..., np.newaxis] + noise), 0, 255).astype(np.uint8))
    return images, labels


def fit(spec: Preprocessing, classifier: Any, classes: int) -> tuple[EstimatorBaked, list[Any]]:
    images, labels = make_images(np.random.default_rng(0), 60, classes)
    classifier.fit(ImagePreprocessing(spec).transform(images), labels)
    return EstimatorBaked(classifier, spec), images


def assert_equal(baked: EstimatorBaked, images: list[Any]) -> None:
    graph = build_estimator_program(baked)
    assert [value.shape for value in graph.outputs[:2]] == [(1, baked.classes)] * 2
    program = ProgramInstance(write_program(graph))
    for image in images[:6]:
        for probabilities, scores, pixels in (interpret(graph, image), program.run([], image)):
            expected = baked.predict_features(extract_features(pixels, baked.preprocessing))
            span = max(float(np.ptp(expected["scores"])), 1.0)
            np.testing.assert_allclose(probabilities, expected["probabilities"], rtol=0, atol=1e-6)
            np.testing.assert_allclose(scores, expected["scores"], rtol=0, atol=1e-6 * span)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_programs_of_classifiers_equal_the_library(name: str) -> None:
    assert_equal(*fit(PLAIN, CLASSIFIERS[name](), 3))


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
@pytest.mark.parametrize("name", ["logistic", "SVM", "SVM with probabilities", "boosting", "neighbours"])
def test_programs_of_two_classes_equal_the_library(name: str) -> None:
    assert_equal(*fit(PLAIN, CLASSIFIERS[name](), 2))


def test_hog_is_traced() -> None:
    assert_equal(*fit(WITH_HOG, make_pipeline(StandardScaler(), LogisticRegression()), 3))
