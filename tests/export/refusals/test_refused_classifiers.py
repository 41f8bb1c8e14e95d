"""Classifiers that are refused: before anything is written, by the refusal of the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, LGBMRanker
from refused_models import (
    CATEGORIES,
    INVERTED,
    LABELS,
    SPEC,
    VALUES,
    export_refused,
    is_refusal_text,
    read_refused_file,
)
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import KernelPCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.kernel_approximation import AdditiveChi2Sampler
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OutputCodeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.trees import scores
from webparity.export.target_selection import discover_targets
from webparity.models import refusals
from webparity.models.baked import bake
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.booster_classifier import read_lightgbm
from webparity.models.estimators.missing_values import set_missing
from webparity.models.model_file import serialize_model
from webparity.models.refusals import ModelRefusal
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.spec import Preprocessing

# Of XGBoost and LightGBM on unusual settings.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A classifier that is refused, and by which targets."""

    refusal: ModelRefusal
    make: Callable[[], Any]
    targets: tuple[str, ...] = ("onnx", "tfjs-graph")
    spec: Preprocessing = SPEC


def fit_on_values(classifier: Any, labels: Any = LABELS) -> Callable[[], Any]:
    return lambda: classifier.fit(VALUES, labels)


def calibrate(svm: Any, **settings: Any) -> Any:
    return CalibratedClassifierCV(svm, ensemble=False, cv=2, **settings)


def fit_on_categories(classifier: Any, **settings: Any) -> Callable[[], Any]:
    return lambda: classifier.fit(CATEGORIES, LABELS, **settings)


def fit_catboost(**settings: Any) -> Any:
    return CatBoostClassifier(iterations=4, thread_count=1, verbose=0, allow_writing_files=False, **settings)


def fit_xgboost(**settings: Any) -> Any:
    return XGBClassifier(n_estimators=2, n_jobs=1, **settings)


def fit_lightgbm(**settings: Any) -> Any:
    return LGBMClassifier(n_estimators=2, n_jobs=1, min_child_samples=2, verbose=-1, **settings)


ONLY_TFJS: Final = ("tfjs-graph",)
CASES: Final = {
    "xgboost's lines": Case(refusal=refusals.XGBOOST, make=fit_on_values(fit_xgboost(booster="gblinear"))),
    "xgboost's dropped trees": Case(
        refusal=refusals.XGBOOST, make=fit_on_values(fit_xgboost(booster="dart", one_drop=True))
    ),
    "xgboost's hinge": Case(
        refusal=refusals.XGBOOST, make=fit_on_values(fit_xgboost(objective="binary:hinge"), LABELS % 2)
    ),
    "xgboost's trees of several outputs": Case(
        refusal=refusals.XGBOOST, make=fit_on_values(fit_xgboost(multi_strategy="multi_output_tree"))
    ),
    "xgboost's categories": Case(
        refusal=refusals.XGBOOST,
        make=fit_on_categories(
            fit_xgboost(enable_categorical=True, feature_types=["c", *["q"] * 19], max_cat_to_onehot=1)
        ),
    ),
    "catboost's one against all": Case(
        refusal=refusals.CATBOOST, make=fit_on_values(fit_catboost(loss_function="MultiClassOneVsAll"))
    ),
    "catboost's categories": Case(
        refusal=refusals.CATBOOST,
        make=lambda: fit_catboost(cat_features=[0]).fit(CATEGORIES.astype(int).astype(str).astype(object), LABELS),
    ),
    "lightgbm's one against all": Case(
        refusal=refusals.LIGHTGBM, make=fit_on_values(fit_lightgbm(objective="multiclassova", num_class=3))
    ),
    "lightgbm's linear leaves": Case(refusal=refusals.LIGHTGBM, make=fit_on_values(fit_lightgbm(linear_tree=True))),
    "lightgbm's categories": Case(
        refusal=refusals.LIGHTGBM, make=fit_on_categories(fit_lightgbm(min_data_per_group=1), categorical_feature=[0])
    ),
    "boosted trees without a split": Case(
        refusal=refusals.NO_SPLIT, make=fit_on_values(fit_xgboost(min_child_weight=1e6))
    ),
    "a tree without a split": Case(
        refusal=refusals.NO_SPLIT, make=fit_on_values(DecisionTreeClassifier(min_samples_split=1000)), targets=ONLY_TFJS
    ),
    "boosted trees behind an inverted scale": Case(
        refusal=refusals.FALLING_STEP, make=fit_on_values(fit_xgboost()), spec=INVERTED
    ),
    "a tree behind an inverted scale": Case(
        refusal=refusals.FALLING_STEP, make=fit_on_values(DecisionTreeClassifier()), spec=INVERTED, targets=ONLY_TFJS
    ),
    "a start by another model": Case(
        refusal=refusals.BOOSTING_START,
        make=fit_on_values(GradientBoostingClassifier(init=LogisticRegression(), n_estimators=2)),
    ),
    "scikit-learn's categories": Case(
        refusal=refusals.CATEGORIES,
        make=fit_on_categories(
            HistGradientBoostingClassifier(categorical_features=[0], min_samples_leaf=2, max_iter=2)
        ),
    ),
    "boosted lines": Case(
        refusal=refusals.ADABOOST,
        make=fit_on_values(AdaBoostClassifier(LogisticRegression(), n_estimators=2)),
        targets=ONLY_TFJS,
    ),
    "a kernel that is a function": Case(
        refusal=refusals.KERNEL, make=fit_on_values(calibrate(SVC(kernel=lambda one, other: one @ other.T)))
    ),
    "another distance": Case(refusal=refusals.NEIGHBOURS, make=fit_on_values(KNeighborsClassifier(metric="chebyshev"))),
    "weights of one's own": Case(
        refusal=refusals.NEIGHBOURS,
        make=fit_on_values(KNeighborsClassifier(weights=lambda distances: 1 / (1 + distances))),
    ),
    "temperature": Case(refusal=refusals.CALIBRATION, make=fit_on_values(calibrate(LinearSVC(), method="temperature"))),
    "stacked labels": Case(
        refusal=refusals.STACKING,
        make=fit_on_values(StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], cv=2, stack_method="predict")),
    ),
    "another classifier": Case(
        refusal=refusals.UNKNOWN,
        make=fit_on_values(RadiusNeighborsClassifier(1e4, algorithm="brute")),
        targets=ONLY_TFJS,
    ),
    "another step": Case(
        refusal=refusals.UNKNOWN,
        make=fit_on_values(make_pipeline(KernelPCA(2), GaussianNB())),
        targets=ONLY_TFJS,
    ),
    "a function that is not one of a number": Case(
        refusal=refusals.FUNCTION, make=fit_on_values(make_pipeline(FunctionTransformer(np.sinc), GaussianNB()))
    ),
    "a classifier that skl2onnx does not know": Case(
        refusal=refusals.SKL2ONNX, make=fit_on_values(DummyClassifier()), targets=("onnx",)
    ),
    "a step that skl2onnx does not know": Case(
        refusal=refusals.SKL2ONNX,
        make=fit_on_values(make_pipeline(AdditiveChi2Sampler(), GaussianNB())),
        targets=("onnx",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_classifier_is_refused_before_any_work(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    baked = EstimatorBaked(case.make(), case.spec)
    reasons = {target: discover_targets()[target].refusal(baked) for target in ("onnx", "tfjs-graph")}
    for target in case.targets:
        assert is_refusal_text(reasons[target], case.refusal), reasons[target]
        refused = export_refused(baked, tmp_path / "bundle", target)
        assert refused.replace(f"received for {target} ", "received ") == reasons[target]
    if case.refusal is not refusals.SKL2ONNX:
        assert {target for target, reason in reasons.items() if reason} == set(case.targets)


def test_more_nodes_than_float32_can_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # A tree of 2^24 nodes takes minutes to grow.
    monkeypatch.setattr(scores, "_EXACT", 8)
    baked = EstimatorBaked(RandomForestClassifier(3).fit(VALUES, LABELS), SPEC)
    assert is_refusal_text(discover_targets()["tfjs-graph"].refusal(baked), refusals.MANY_NODES)
    assert discover_targets()["onnx"].refusal(baked) is None


@pytest.mark.parametrize(
    ("refusal", "model"),
    [
        (refusals.DECISION, OutputCodeClassifier(LinearSVC(), random_state=0)),
        (refusals.ONE_LABEL, RandomForestClassifier(2)),
        (refusals.ONE_LABEL, KNeighborsClassifier()),
    ],
    ids=[
        "neither probabilities nor scores",
        "a forest of several labels",
        "neighbours of several labels",
    ],
)
def test_a_classifier_is_refused_when_it_is_baked(refusal: ModelRefusal, model: Any) -> None:
    labels = np.stack([LABELS, LABELS], axis=1) if refusal is refusals.ONE_LABEL else LABELS
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(model.fit(VALUES, labels), SPEC)
    assert is_refusal_text(str(caught.value), refusal)


@pytest.mark.parametrize(
    ("refusal", "asked", "model"),
    [
        (refusals.PREDICT_PROBA, "probabilities", SVC()),
        (refusals.PREDICT_PROBA, "probabilities", VotingClassifier([("a", GaussianNB())], voting="hard")),
        (refusals.NO_SCORES, "scores", GaussianNB()),
        (refusals.NO_NETWORK, "multilabel", LogisticRegression()),
        (refusals.NO_NETWORK, "values", LogisticRegression()),
        (refusals.NO_NETWORK, "probabilities", LinearRegression()),
    ],
    ids=["no probabilities", "voting by labels", "no scores", "several labels", "values", "a regression"],
)
def test_another_output_than_a_classifier_has_is_refused(refusal: ModelRefusal, asked: str, model: Any) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(model.fit(VALUES, LABELS), SPEC, OutputRequest(asked=asked))
    assert is_refusal_text(str(caught.value), refusal)


@pytest.mark.parametrize("model", [LogisticRegression(), LogisticRegression], ids=["not fitted", "a class"])
def test_a_classifier_that_is_not_fitted_is_refused(model: Any) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        bake(model, SPEC)
    assert is_refusal_text(str(caught.value), refusals.NOT_FITTED)


def test_a_classifier_of_other_features_is_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(GaussianNB().fit(VALUES[:, 1:], LABELS), SPEC)
    assert is_refusal_text(str(caught.value), refusals.FEATURES)


@pytest.mark.parametrize(
    "model",
    [KNeighborsClassifier(algorithm="kd_tree"), calibrate(SVC(kernel=lambda one, other: one @ other.T))],
    ids=["a tree of neighbours", "a function"],
)
def test_a_model_that_cannot_be_saved_safely_is_refused(model: Any) -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        serialize_model(model.fit(VALUES, LABELS))
    assert is_refusal_text(str(caught.value), refusals.SKLEARN_TYPES)


def test_a_model_trained_on_a_sparse_matrix_is_refused_until_it_is_known_what_is_missing() -> None:
    model = fit_xgboost().fit(csr_matrix(VALUES * (np.median(VALUES) < VALUES)), LABELS)
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(model, SPEC)
    assert is_refusal_text(str(caught.value), refusals.XGBOOST_MISSING)
    set_missing(model, 0.0)
    EstimatorBaked(model, SPEC)


def test_adaboost_by_the_probabilities_of_its_trees_is_refused() -> None:
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=2).fit(VALUES, LABELS)
    # As files by scikit-learn before 1.6 have it.
    model.algorithm = "SAMME.R"
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(model, SPEC)
    assert is_refusal_text(str(caught.value), refusals.OLD_ADABOOST)


def test_a_file_of_such_types_is_refused(tmp_path: Path) -> None:
    skops.io.dump(KNeighborsClassifier(algorithm="kd_tree").fit(VALUES, LABELS), tmp_path / "model.skops")
    assert is_refusal_text(read_refused_file(tmp_path / "model.skops"), refusals.SKLEARN_TYPES)


def test_a_lightgbm_model_of_ranks_is_refused() -> None:
    text = LGBMRanker(n_estimators=2, verbose=-1).fit(VALUES, LABELS, group=[len(LABELS)]).booster_.model_to_string()
    with pytest.raises(UnsupportedModelError) as caught:
        read_lightgbm(text.encode())
    assert is_refusal_text(str(caught.value), refusals.LIGHTGBM_CLASSES)


def test_tfjs_layers_refuses_classifiers() -> None:
    reason = discover_targets()["tfjs-layers"].refusal(EstimatorBaked(GaussianNB().fit(VALUES, LABELS), SPEC))
    assert is_refusal_text(reason, refusals.NO_LAYERS)
