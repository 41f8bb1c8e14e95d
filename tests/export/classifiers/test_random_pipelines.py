"""Random pipelines of steps before classifiers: ONNX, TensorFlow and programs equal the library on the same pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, Final

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, Phase, assume, example, given, reject, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LogisticRegression, Perceptron, RidgeClassifierCV, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from webparity.export.classifiers.classifier import find_refusal
from webparity.export.onnx.build import build_onnx_model
from webparity.export.tensorflow.estimator import build_estimator_function
from webparity.export.wasm.estimator import build_estimator_program
from webparity.export.wasm.write import write_program
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.program.instance import ProgramInstance
from webparity.taps import TAPS
from webparity.verification.tolerance import TOLERANCES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    # Columns of images in which nothing changes.
    pytest.mark.filterwarnings(r"ignore:Feature.* (are|is) constant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Bins whose width are too small:UserWarning"),
    pytest.mark.filterwarnings("ignore:The covariance matrix of class:Warning"),
    pytest.mark.filterwarnings("ignore:Variables are collinear:UserWarning"),
    # Of a class that a member of an ensemble has not seen, and of features that are all alike.
    pytest.mark.filterwarnings("ignore:divide by zero encountered in log:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:n_quantiles .* is greater than the total number of samples:UserWarning"),
]

COUNT: Final = 48
STEPS: Final[dict[str, Callable[[], Any]]] = {
    "imputed": SimpleImputer,
    "zeros imputed": lambda: SimpleImputer(
        missing_values=0.0, strategy="median", add_indicator=True, keep_empty_features=True
    ),
    "bins": lambda: KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
    "ordinal bins": lambda: KBinsDiscretizer(5, encode="ordinal", strategy="uniform"),
    "binarized": lambda: Binarizer(threshold=0.5),
    "quantiles": lambda: QuantileTransformer(n_quantiles=20),
    "normal quantiles": lambda: QuantileTransformer(n_quantiles=30, output_distribution="normal"),
    "Yeo-Johnson": PowerTransformer,
    "Box-Cox": lambda: make_pipeline(
        StandardScaler(), FunctionTransformer(np.exp), PowerTransformer("box-cox", standardize=False)
    ),
    "polynomials": lambda: make_pipeline(PCA(3), PolynomialFeatures(2)),
    "products": lambda: make_pipeline(MinMaxScaler(), PCA(4), PolynomialFeatures(3, interaction_only=True)),
    "Nystroem": lambda: make_pipeline(StandardScaler(), Nystroem(n_components=12, random_state=0)),
    "Nystroem of cosines": lambda: Nystroem("cosine", n_components=8, random_state=0),
    "Nystroem by Manhattan distance": lambda: make_pipeline(
        StandardScaler(), Nystroem("laplacian", n_components=8, random_state=0)
    ),
    "Fourier features": lambda: make_pipeline(MinMaxScaler(), RBFSampler(gamma=0.5, n_components=20, random_state=0)),
    "roots": lambda: make_pipeline(FunctionTransformer(np.abs), FunctionTransformer(np.sqrt)),
    "cubic roots": lambda: FunctionTransformer(np.cbrt),
    "logarithms": lambda: make_pipeline(FunctionTransformer(np.square), FunctionTransformer(np.log1p)),
    "clipped": lambda: make_pipeline(StandardScaler(), FunctionTransformer(np.clip, kw_args={"a_min": -1, "a_max": 1})),
    "sines": lambda: make_pipeline(StandardScaler(), FunctionTransformer(np.sin)),
    "rounded down": lambda: make_pipeline(StandardScaler(), FunctionTransformer(np.floor)),
    "columns": lambda: ColumnTransformer(
        [("scaled", StandardScaler(), [0, 2]), ("left out", "drop", [1])], remainder="passthrough"
    ),
    "side by side": lambda: FeatureUnion(
        [("scaled", MinMaxScaler()), ("projected", PCA(2)), ("kept", "passthrough")],
        transformer_weights={"projected": 0.5},
    ),
    "scaled": StandardScaler,
}
CLASSIFIERS: Final[dict[str, Callable[[], Any]]] = {
    "logistic regression": lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    "each against the rest": lambda: make_pipeline(StandardScaler(), OneVsRestClassifier(LogisticRegression())),
    "forests against the rest": lambda: OneVsRestClassifier(RandomForestClassifier(3, random_state=0)),
    "calibrated pairs": lambda: make_pipeline(
        StandardScaler(), CalibratedClassifierCV(OneVsOneClassifier(LinearSVC()), ensemble=False, cv=2)
    ),
    "gradient descent": lambda: make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)),
    "gradient descent, Huber": lambda: make_pipeline(
        StandardScaler(), SGDClassifier(loss="modified_huber", random_state=0)
    ),
    "calibrated perceptron": lambda: make_pipeline(
        StandardScaler(), CalibratedClassifierCV(Perceptron(random_state=0), ensemble=False, cv=2)
    ),
    "calibrated ridge": lambda: CalibratedClassifierCV(RidgeClassifierCV(), ensemble=False, cv=2),
    "bagged trees": lambda: BaggingClassifier(n_estimators=4, max_features=0.7, random_state=0),
    "bagged by few images": lambda: BaggingClassifier(
        GaussianNB(var_smoothing=0.1), n_estimators=4, max_samples=5, random_state=0
    ),
    "bagged votes": lambda: BaggingClassifier(make_pipeline(StandardScaler(), SVC()), n_estimators=3, random_state=0),
    "quadratic": lambda: make_pipeline(StandardScaler(), PCA(2), QuadraticDiscriminantAnalysis(reg_param=0.1)),
    "Bernoulli": lambda: make_pipeline(StandardScaler(), BernoulliNB()),
    "multinomial": lambda: make_pipeline(MinMaxScaler(clip=True), MultinomialNB()),
    "complement": lambda: make_pipeline(MinMaxScaler(clip=True), ComplementNB()),
    "neighbours by cosine": lambda: KNeighborsClassifier(3, metric="cosine"),
    "near neighbours by cosine": lambda: make_pipeline(
        StandardScaler(), KNeighborsClassifier(4, metric="cosine", weights="distance")
    ),
    "neighbours by Manhattan distance": lambda: KNeighborsClassifier(3, metric="manhattan", algorithm="brute"),
    "tree": lambda: DecisionTreeClassifier(random_state=0),
}


def make_case(seed: int, classes: int) -> tuple[Any, Any, Preprocessing]:
    """Images uint8 [48, 5, 6, 3], some partly black, with labels that depend on them; preprocessed to 3 x 4 values."""
    random = np.random.default_rng(seed)
    labels = np.arange(COUNT) % classes
    images = random.integers(0, 190, (COUNT, 5, 6, 3), dtype=np.uint8)
    images[:, :2] += (labels * (60 // classes)).astype(np.uint8)[:, np.newaxis, np.newaxis, np.newaxis]
    images[random.random(COUNT) < 0.3, 3:] = 0
    return images, labels, Preprocessing(height=3, width=4, scale=float(random.choice([1.0, 1 / 255])))


def are_distances_equal(steps: Sequence[str], classifier: str) -> bool:
    """Whether many distances are equal, or equal but for rounding.

    Of points as far as the last neighbour, scikit-learn takes those that its heap holds: not the first, nor the last.
    """
    few_values = {"binarized", "bins", "ordinal bins", "rounded down"}
    return "neighbours" in classifier and not few_values.isdisjoint(steps)


def assert_answers(baked: EstimatorBaked, received: dict[str, Any]) -> None:
    """On the very pixels that a graph had, the trained model's answer."""
    expected = baked.predict_from_pixels(received["pixels"])
    assert np.abs(expected["probabilities"] - received["probabilities"]).max() <= TOLERANCES["cpu"].probabilities


@settings(
    max_examples=24,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # A failing pipeline is short as it is.
    phases=[Phase.explicit, Phase.generate],
)
@example(["zeros imputed", "normal quantiles"], "tree", 1, 3)
@example(["Box-Cox"], "quadratic", 2, 2)
@given(
    st.lists(st.sampled_from(sorted(STEPS)), min_size=0, max_size=2),
    st.sampled_from(sorted(CLASSIFIERS)),
    st.integers(0, 2**31),
    st.integers(2, 4),
)
def test_random_pipelines_equal_the_library(steps: list[str], classifier: str, seed: int, classes: int) -> None:
    assume(not are_distances_equal(steps, classifier))
    assert_pipeline(steps, classifier, seed, classes)


# Every one of them is fitted: neither scikit-learn nor the exporter refuses a single step before a classifier.
@pytest.mark.full
@pytest.mark.parametrize(
    ("step", "classifier"),
    [pair for pair in product(sorted(STEPS), sorted(CLASSIFIERS)) if not are_distances_equal(pair[:1], pair[1])],
)
def test_every_step_before_every_classifier(step: str, classifier: str) -> None:
    for classes in (2, 3):
        assert_pipeline([step], classifier, 0, classes)


def assert_pipeline(steps: list[str], classifier: str, seed: int, classes: int) -> None:
    """Fit a pipeline, and compare its three traced forms with it."""
    images, labels, spec = make_case(seed, classes)
    values = ImagePreprocessing(spec).fit_transform(images).astype(np.float64)
    # scikit-learn itself does not fit every combination: Box-Cox takes no features that are all alike, for example.
    try:
        model = make_pipeline(*(STEPS[step]() for step in steps), CLASSIFIERS[classifier]()).fit(values, labels)
    except ValueError:
        reject()
    baked = EstimatorBaked(model, spec)
    assert find_refusal(baked) is None

    traced = build_estimator_function(baked)(tf.constant(images))
    assert_answers(baked, {tap: value.numpy() for tap, value in traced.items()})
    session = onnxruntime.InferenceSession(build_onnx_model(baked, list(map(str, range(classes)))).SerializeToString())
    assert_answers(baked, dict(zip(TAPS, session.run(list(TAPS), {"image": images}), strict=True)))
    program = ProgramInstance(write_program(build_estimator_program(baked)))
    for image in images[:4]:
        probabilities, _, pixels = program.run(image=image)
        assert_answers(baked, {"pixels": pixels.reshape(1, 3, 4, 1), "probabilities": probabilities})
