"""Estimators as users bring them: exported to ONNX, TF.js and a program, and verified against the library's answers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
import pytest
import skops.io
import xgboost
from catboost import CatBoostClassifier
from classifiers import SPEC, TRAINED_ON, load_digits, take_spread
from places import ChromiumPlaces
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC

from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning"),
    # Digits have corners where no digit has ink.
    pytest.mark.filterwarnings(r"ignore:Feature.* (are|is) constant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Bins whose width are too small:UserWarning"),
    pytest.mark.filterwarnings("ignore:The covariance matrix of class"),
]

TARGETS: Final = ("onnx", "tfjs-graph", "wasm")
RUNTIMES: Final = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
BRIEF: Final = ("onnxruntime", "webparity@python")
WITHOUT_TFJS: Final = ("onnxruntime", "webparity@python", "webparity@node")
IMAGES: Final = 6


def _regress(*steps: Any) -> Any:
    """Put steps before a logistic regression."""
    return make_pipeline(*steps, StandardScaler(), LogisticRegression())


ESTIMATORS: Final[dict[str, Callable[[], Any]]] = {
    "SimpleImputer": lambda: _regress(SimpleImputer(missing_values=0.0, strategy="median", keep_empty_features=True)),
    "KBinsDiscretizer": lambda: make_pipeline(
        KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf"), LogisticRegression()
    ),
    "OneVsRest": lambda: make_pipeline(StandardScaler(), OneVsRestClassifier(LogisticRegression())),
    "SGD-log-loss": lambda: make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)),
    "SGD-modified-huber": lambda: make_pipeline(StandardScaler(), SGDClassifier(loss="modified_huber", random_state=0)),
    "QuantileTransformer": lambda: _regress(QuantileTransformer(n_quantiles=50, output_distribution="normal")),
    "FunctionTransformer": lambda: _regress(FunctionTransformer(np.log1p)),
    "Nystroem": lambda: _regress(StandardScaler(), Nystroem(n_components=60, random_state=0)),
    "RBFSampler": lambda: _regress(MinMaxScaler(), RBFSampler(gamma=0.05, n_components=80, random_state=0)),
    "PowerTransformer": lambda: make_pipeline(PowerTransformer(), LogisticRegression()),
    "PolynomialFeatures": lambda: _regress(PCA(12), PolynomialFeatures(2)),
    "ColumnTransformer": lambda: make_pipeline(
        ColumnTransformer(
            [("upper", StandardScaler(), slice(0, 32)), ("lower", PCA(8), slice(32, 60))], remainder="passthrough"
        ),
        RandomForestClassifier(20, random_state=0),
    ),
    "FeatureUnion": lambda: _regress(FeatureUnion([("few", PCA(10)), ("all", MinMaxScaler())])),
    "Bagging": lambda: BaggingClassifier(n_estimators=10, max_features=0.5, random_state=0),
    "QDA": lambda: make_pipeline(PCA(20), QuadraticDiscriminantAnalysis(reg_param=0.01)),
    "BernoulliNB": lambda: BernoulliNB(binarize=0.3),
    "MultinomialNB": MultinomialNB,
    "ComplementNB": ComplementNB,
    "KNeighbors-cosine": lambda: KNeighborsClassifier(3, metric="cosine"),
    "KNeighbors-manhattan": lambda: KNeighborsClassifier(3, metric="manhattan", algorithm="brute"),
}
WORDS: Final = tuple(f"digit {number}" for number in range(10))


def _load(count: int) -> tuple[Any, Any]:
    """Values float64 [N, 64] of training images, and their labels."""
    train = take_spread(load_digits().train, count)
    return ImagePreprocessing(SPEC).transform(np.asarray(train.images)).astype(np.float64), train.labels


def _assert_verified(model: Any, out: Path, runtimes: tuple[str, ...], **settings: Any) -> Any:
    """Export a model, verify it on unseen digits, and return the bundle."""
    test = take_spread(load_digits().test, 12)
    bundle = export_model(
        model, out, preprocessing=SPEC, golden=[np.asarray(image) for image in test.images], page=False, **settings
    )
    report = verify(out, runtimes=runtimes, require=runtimes, max_images=IMAGES)
    assert report.reference.stand_in is None
    assert {run.verdict for run in report.runs} == {"pass"}, [run.reason for run in report.runs]
    assert len(report.runs) == len(runtimes)
    return bundle


# In Node and Chromium the answers of a few stand for those of all in `make test`.
IN_NODE: Final = ("Nystroem", "QuantileTransformer", "QDA", "KNeighbors-cosine")


def _is_quick(number: int, name: str, classes: int) -> bool:
    return (name in IN_NODE or number % 4 == 0) and (classes == 10) == (number % 2 == 0)


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        # Each has tests of its own on NumPy; in `make test` a few go through the runtimes, with one number of classes.
        pytest.param(name, classes, marks=[] if _is_quick(number, name, classes) else pytest.mark.full)
        for number, name in enumerate(ESTIMATORS)
        for classes in (2, 10)
    ],
)
def test_an_estimator_answers_alike_on_every_target(
    tmp_path: Path, full: bool, name: str, classes: int, add_chromium: ChromiumPlaces
) -> None:
    values, labels = _load(TRAINED_ON)
    model = ESTIMATORS[name]().fit(values, labels % classes)
    runtimes = RUNTIMES if name in IN_NODE or full else BRIEF
    _assert_verified(model, tmp_path / "bundle", add_chromium(runtimes, quick=name in IN_NODE), targets=TARGETS)


def test_a_support_vector_machine_of_ten_classes_goes_to_every_target(
    tmp_path: Path, add_chromium: ChromiumPlaces
) -> None:
    values, labels = _load(TRAINED_ON)
    model = make_pipeline(StandardScaler(), SVC(probability=True, random_state=0)).fit(values, labels)
    places = add_chromium(WITHOUT_TFJS, quick=True)
    bundle = _assert_verified(model, tmp_path / "bundle", places, targets=("onnx", "wasm"))
    sizes = {artifact.target: artifact.bytes for artifact in bundle.manifest.artifacts}
    vectors, features = model[-1].support_vectors_.shape
    # In float64, which the scaler before them gives: the vectors, a coefficient of each against every other class, and
    # the program around them.
    assert sizes["wasm"] < (vectors * features + vectors * 9) * 8 + 15_000


def _save_xgboost(values: Any, labels: Any, file: Path) -> None:
    parameters = {"objective": "multi:softprob", "num_class": 10, "max_depth": 3}
    xgboost.train(parameters, xgboost.DMatrix(values, label=labels), 5).save_model(file.with_suffix(".ubj"))
    file.with_suffix(".ubj").rename(file)


def _save_lightgbm(values: Any, labels: Any, file: Path) -> None:
    parameters = {"objective": "multiclass", "num_class": 10, "verbose": -1, "num_leaves": 7}
    lightgbm.train(parameters, lightgbm.Dataset(values, labels), 5).save_model(str(file))


def _save_catboost(values: Any, labels: Any, file: Path) -> None:
    model = CatBoostClassifier(iterations=8, depth=3, verbose=0, allow_writing_files=False)
    model.fit(values, np.array(WORDS)[labels]).save_model(str(file), format="json")


@pytest.mark.parametrize(
    ("save", "suffix", "kind", "labels"),
    [
        (_save_xgboost, ".model", "xgboost", None),
        (_save_lightgbm, ".model", "lightgbm", None),
        (_save_catboost, ".json", "catboost", WORDS),
    ],
    ids=["XGBoost", "LightGBM", "CatBoost"],
)
def test_a_boosters_file_is_recognized_by_its_content(
    tmp_path: Path,
    save: Callable[[Any, Any, Path], None],
    suffix: str,
    kind: str,
    labels: tuple[str, ...] | None,
    add_chromium: ChromiumPlaces,
) -> None:
    file = tmp_path / f"file{suffix}"
    save(*_load(300), file)
    places = add_chromium(WITHOUT_TFJS, quick=kind == "xgboost")
    bundle = _assert_verified(file, tmp_path / "bundle", places, targets=("onnx", "wasm"))
    assert kind in bundle.manifest.producer
    assert tuple(bundle.manifest.labels) == (labels or tuple(map(str, range(10))))


@pytest.mark.parametrize("suffix", [".skops", ".pkl"])
def test_labels_beside_a_model_become_those_of_the_bundle(
    tmp_path: Path, suffix: str, add_chromium: ChromiumPlaces
) -> None:
    content = {"model": LogisticRegression().fit(*_load(300)), "labels": list(WORDS)}
    file = tmp_path / f"model{suffix}"
    if suffix == ".pkl":
        file.write_bytes(pickle.dumps(content))
    else:
        skops.io.dump(content, file)
    runtimes = add_chromium(BRIEF)
    bundle = _assert_verified(file, tmp_path / "bundle", runtimes, targets=("onnx", "wasm"), trust=suffix == ".pkl")
    assert tuple(bundle.manifest.labels) == WORDS
