"""The registry of estimator families: each file is found, adding one needs nothing else, and no class has two."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.utils import all_estimators

from webparity.errors import UsageError
from webparity.export.classifiers import families
from webparity.export.classifiers.classifier import find_refusal
from webparity.export.classifiers.lowering import DefaultLowering
from webparity.export.classifiers.registry import choose_lowering, collect_lowerings, is_discontinuous
from webparity.export.onnx.build import build_onnx_model
from webparity.export.tensorflow.estimator import build_estimator_function
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import TAPS

ROOT = Path(__file__).parents[3]
SPEC = Preprocessing(height=3, width=4, scale=1 / 255)
RANDOM = np.random.default_rng(0)
LABELS = np.arange(60) % 3
IMAGES = RANDOM.integers(0, 150, (60, 5, 6, 3), dtype=np.uint8)
IMAGES[LABELS == 1, :2] += 80
IMAGES[LABELS == 2, :, 3:] += 80
VALUES = ImagePreprocessing(SPEC).fit_transform(IMAGES)

PLANTED = '''
"""Always the classes' frequencies."""

from sklearn.dummy import DummyClassifier

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.tensor_ops.ops import T


class Frequencies(DefaultLowering):
    """The same for every image."""

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        ops = features.ops
        first = ops.take(features.values, ops.constant([0.0]), 1)
        return ClassifierOutputs(probabilities=first * 0.0 + ops.constant(self.estimator.class_prior_))


FAMILY = Family(name="frequencies", lowerings={DummyClassifier: Frequencies})
'''


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts a file beside those of the families, as a change would, for one test."""

    def put(text: str) -> None:
        (tmp_path / "planted.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
        collect_lowerings.cache_clear()

    yield put
    monkeypatch.undo()
    collect_lowerings.cache_clear()
    sys.modules.pop("webparity.export.classifiers.families.planted", None)


def test_one_file_adds_an_estimator(plant: Any) -> None:
    model = DummyClassifier().fit(VALUES, LABELS)
    before = find_refusal(EstimatorBaked(model, SPEC))
    assert before is not None
    assert "DummyClassifier" in before

    plant(PLANTED)
    baked = EstimatorBaked(model, SPEC)
    assert find_refusal(baked) is None
    session = onnxruntime.InferenceSession(build_onnx_model(baked, ("a", "b", "c")).SerializeToString())
    in_onnx = dict(zip(TAPS, session.run(list(TAPS), {"image": IMAGES}), strict=True))
    in_tensorflow = build_estimator_function(baked)(tf.constant(IMAGES))
    expected = model.predict_proba(VALUES)
    np.testing.assert_allclose(in_onnx["probabilities"], expected, atol=1e-6)
    np.testing.assert_allclose(in_tensorflow["probabilities"].numpy(), expected, atol=1e-6)


def test_two_families_for_one_class_are_refused(plant: Any) -> None:
    plant(PLANTED.replace("DummyClassifier", "GaussianNB").replace("sklearn.dummy", "sklearn.naive_bayes"))
    with pytest.raises(UsageError, match=r"one family for GaussianNB; received .* and .*Remove it from one"):
        collect_lowerings()


# Of scikit-learn's classifiers, those whose output jumps by their class alone.
JUMPING = {
    "AdaBoostClassifier",
    "BernoulliNB",
    "DecisionTreeClassifier",
    "ExtraTreeClassifier",
    "ExtraTreesClassifier",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
    "KNeighborsClassifier",
    "OneVsOneClassifier",
    "RadiusNeighborsClassifier",
    "RandomForestClassifier",
}
MADE_OF_OTHERS = {
    *("CalibratedClassifierCV", "OneVsRestClassifier", "StackingClassifier", "VotingClassifier"),
    *("ClassifierChain", "MultiOutputClassifier", "NuSVC", "SVC"),
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_scikit_learns_classifiers_jump_where_they_are_of_trees_or_neighbours() -> None:
    classifiers = {name: kind for name, kind in all_estimators("classifier") if name not in MADE_OF_OTHERS}
    # By the class alone: none is fitted, and some cannot be made without arguments.
    made = {name: kind.__new__(kind) for name, kind in classifiers.items()}
    assert {name for name, classifier in made.items() if is_discontinuous(classifier)} == JUMPING


@pytest.mark.parametrize(
    ("model", "jumps"),
    [
        (make_pipeline(StandardScaler(), LogisticRegression()), False),
        (make_pipeline(StandardScaler(), KNeighborsClassifier()), True),
        (VotingClassifier([("a", GaussianNB()), ("b", LogisticRegression())], voting="soft"), False),
        (VotingClassifier([("a", GaussianNB()), ("b", KNeighborsClassifier())], voting="soft"), True),
        (StackingClassifier([("a", GaussianNB())], KNeighborsClassifier(), cv=2), True),
        (StackingClassifier([("a", KNeighborsClassifier())], LogisticRegression(), cv=2), True),
        (StackingClassifier([("a", GaussianNB())], LogisticRegression(), cv=2), False),
        (OneVsRestClassifier(RandomForestClassifier(2, random_state=0)), True),
        (OneVsRestClassifier(LogisticRegression()), False),
        (CalibratedClassifierCV(LinearSVC(), cv=2), False),
        (CalibratedClassifierCV(RandomForestClassifier(2, random_state=0), cv=2), True),
        (CalibratedClassifierCV(SVC(decision_function_shape="ovr"), cv=2), True),
        (CalibratedClassifierCV(SVC(decision_function_shape="ovo"), cv=2), False),
    ],
    ids=lambda each: str(each) if isinstance(each, bool) else None,
)
def test_a_model_made_of_others_jumps_where_one_of_them_does(model: BaseEstimator, jumps: bool) -> None:
    assert is_discontinuous(model.fit(VALUES, LABELS)) is jumps


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
def test_a_support_vector_machine_jumps_by_votes_or_by_its_own_probabilities() -> None:
    two = LABELS > 0
    assert not is_discontinuous(SVC().fit(VALUES, two))
    assert is_discontinuous(SVC().fit(VALUES, LABELS))
    assert is_discontinuous(SVC(probability=True).fit(VALUES, two))


def test_the_core_asks_the_registry() -> None:
    for model in (KNeighborsClassifier(), LogisticRegression()):
        baked = EstimatorBaked(model.fit(VALUES, LABELS), SPEC)
        assert baked.is_discontinuous is isinstance(model, KNeighborsClassifier)


def test_the_core_is_answered_where_no_exporter_is_installed() -> None:
    """Whoever verifies a bundle need not have the packages that export needs."""
    script = f"""
import sys
for name in {["onnx", "skl2onnx", "tf2onnx", "brotli", "tensorflow"]}:
    sys.modules[name] = None
from sklearn.neighbors import KNeighborsClassifier
from webparity.models.estimators.discontinuity import is_discontinuous
assert is_discontinuous(KNeighborsClassifier())
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_guide_names_every_estimator_that_is_lowered() -> None:
    text = (
        (ROOT / "docs/guide/own-model.md").read_text(encoding="utf-8").partition("## Classifiers without a network")[2]
    )
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    default = {"predict": DefaultLowering.predict, "transform": DefaultLowering.transform}
    libraries = {"xgboost": "XGBoost", "catboost": "CatBoost", "lightgbm": "LightGBM"}
    for key, lowering in collect_lowerings().items():
        kind: Any = lowering
        decides = kind.decide_double_float is not DefaultLowering.decide_double_float
        if decides or any(getattr(kind, name) is not method for name, method in default.items()):
            shown = libraries[key] if isinstance(key, str) else f"`{key.__name__}`"
            assert any(shown in row for row in rows), shown


def test_an_estimator_that_inherits_is_lowered_as_its_base() -> None:
    class OwnLogisticRegression(LogisticRegression):
        pass

    assert type(choose_lowering(OwnLogisticRegression())) is type(choose_lowering(LogisticRegression()))
