"""Classifiers in ONNX: the recipes' and a user's own, within tolerance of the library that trained them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import KernelPCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_approximation import AdditiveChi2Sampler
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from webparity.bundle.read import open_bundle, read_source
from webparity.errors import UnsupportedModelError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.onnx.build import build_onnx_model
from webparity.export.pipeline import write_bundle
from webparity.export.target_selection import discover_targets, find_refusals
from webparity.models.baked import bake
from webparity.models.estimators.baked import EstimatorBaked
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import TAPS
from webparity.verification.tolerance import TOLERANCES

pytestmark = pytest.mark.slow

SPEC = Preprocessing(height=5, width=4, scale=1.0)
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (90, 9, 7, 3), dtype=np.uint8)
IMAGES[::3, 2:5] //= 4
IMAGES[1::3, :, 2:4] //= 4
LABELS = np.arange(90) % 3

OWN: dict[str, Callable[[], Any]] = {
    "what only skl2onnx knows": lambda: make_pipeline(KernelPCA(4), LogisticRegression()),
    "Gaussian SVM": lambda: CalibratedClassifierCV(SVC(), ensemble=False, cv=3),
    "neighbours": lambda: make_pipeline(StandardScaler(), KNeighborsClassifier(3)),
    "forest": lambda: make_pipeline(StandardScaler(), RandomForestClassifier(10, random_state=0)),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", OWN)
def test_a_users_own_classifier_gives_its_own_answers_in_onnx(tmp_path: Path, name: str, classes: int) -> None:
    features = ImagePreprocessing(SPEC).fit_transform(IMAGES)
    baked = bake(OWN[name]().fit(features, LABELS % classes), SPEC)
    samples = [(image, str(label)) for image, label in zip(IMAGES[:6], LABELS[:6] % classes, strict=True)]
    exportable = Exportable(
        name=name,
        baked=baked,
        source=b"",
        labels=tuple(map(str, range(classes))),
        golden=make_golden_set(samples),
    )
    write_bundle(exportable, tmp_path / "bundle", target_names=["onnx"], page=False)
    _assert_agreement(tmp_path / "bundle", baked, IMAGES)


def _assert_agreement(bundle: Path, baked: Any, images: np.ndarray) -> None:
    opened = open_bundle(bundle)
    artifact = next(a for a in opened.manifest.artifacts if a.target == "onnx")
    received = discover_targets()["onnx"].open(opened.site, artifact)(images)
    expected = baked(images, TAPS)
    if baked.is_discontinuous:
        expected |= baked.predict_from_pixels(received["pixels"])
    limits = TOLERANCES["cpu"]
    assert np.abs(expected["pixels"] - received["pixels"]).max() <= limits.pixels
    assert np.abs(expected["probabilities"] - received["probabilities"]).max() <= limits.probabilities
    assert np.abs(expected["scores"] - received["scores"]).max() <= limits.scores * np.ptp(expected["scores"])


CASES: dict[str, dict[str, str | int]] = {
    "chest-linear-svc": {},
    "chest-knn": {},
    "chest-svc": {"kernel": "rbf"},
    "chest-xgboost": {},
    "chest-catboost": {"trees": 100, "depth": 4},
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", CASES)
def test_a_recipes_bundle_gives_its_answers(
    small_trained: Callable[..., Any], small_bundle: Callable[..., Path], name: str, classes: int
) -> None:
    trained = small_trained(name, classes=classes, **CASES[name])
    bundle = small_bundle(name, classes=classes, **CASES[name])
    _assert_agreement(bundle, trained.baked, RANDOM.integers(0, 256, (20, 50, 60, 3), dtype=np.uint8))
    assert read_source(open_bundle(bundle)).kind == trained.kind


def _bake_logistic(steps: tuple[Any, ...] = ()) -> EstimatorBaked:
    features = ImagePreprocessing(SPEC).fit_transform(IMAGES)
    model = make_pipeline(*steps, StandardScaler(), LogisticRegression()).fit(features, LABELS)
    return EstimatorBaked(model, SPEC)


def test_linear_classifiers_need_standard_operators_only() -> None:
    assert {node.domain for node in build_onnx_model(_bake_logistic(), ("a", "b", "c")).graph.node} == {""}


def test_the_same_model_gives_the_same_bytes() -> None:
    one, other = (
        build_onnx_model(_bake_logistic(), ("a", "b", "c")).SerializeToString(deterministic=True) for _ in range(2)
    )
    assert one == other


def test_an_estimator_that_tfjs_lacks_is_left_out_by_default_and_refused_on_request(tmp_path: Path) -> None:
    baked = _bake_logistic((KernelPCA(4),))
    assert list(find_refusals(baked)) == ["tfjs-graph", "wasm"]
    exportable = Exportable(
        name="own", baked=baked, source=b"", labels=("a", "b", "c"), golden=make_golden_set([(IMAGES[0], "a")])
    )
    with pytest.raises(UnsupportedModelError, match=r"sklearn's KernelPCA\..* convert the model with skl2onnx"):
        write_bundle(exportable, tmp_path / "bundle", target_names=["tfjs-graph"], page=False)
    assert not (tmp_path / "bundle").exists()


def test_a_step_without_an_onnx_form_is_named() -> None:
    baked = _bake_logistic((AdditiveChi2Sampler(),))
    with pytest.raises(UnsupportedModelError, match="skl2onnx"):
        build_onnx_model(baked, ("a", "b", "c"))
