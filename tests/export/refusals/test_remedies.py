"""The remedy of each refusal is carried out here on a model, which is then exported.

`test_refused_classifiers.py` and `test_refused_networks.py` provoke each refusal; here are the same models, changed as
its sentence says. The export's own check holds every artifact to the changed model.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from keras import layers
from lightgbm import LGBMClassifier
from own_onnx import make_dense
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.bundle.read import open_bundle, read_source
from webparity.errors import ExportError
from webparity.export.classifiers.trees import scores
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.models import refusals
from webparity.models.baked import bake
from webparity.models.estimators.missing_values import set_missing
from webparity.models.keras.forms.saved_model import load_saved_model
from webparity.models.model_file import serialize_model
from webparity.models.refusals import ModelRefusal
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

# Of XGBoost and LightGBM on few images.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning")]

LISTED: Final = {name for name, each in vars(refusals).items() if isinstance(each, ModelRefusal)}
SPEC: Final = Preprocessing(height=4, width=5, scale=1 / 255)
BOTH: Final = ("onnx", "tfjs-graph")
LABELS: Final = np.arange(60) % 3
IMAGES: Final = np.random.default_rng(0).integers(0, 190, (60, 5, 6, 3), dtype=np.uint8) + np.uint8(20) * LABELS.astype(
    np.uint8
).reshape(-1, 1, 1, 1)
GOLDEN: Final = make_golden_set([(IMAGES[0], "one")])[:1]
VALUES: Final = ImagePreprocessing(SPEC).transform(IMAGES)


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A model changed as a remedy says, and the targets that it names."""

    make: Callable[[], Any]
    targets: tuple[str, ...] = BOTH
    spec: Preprocessing = SPEC


def _fit(classifier: Any, labels: Any = LABELS) -> Callable[[], Any]:
    return lambda: classifier.fit(VALUES, labels)


def _calibrate(svm: Any, method: str = "sigmoid") -> Any:
    return CalibratedClassifierCV(svm, ensemble=False, cv=2, method=method)


def _build_network(*parts: Any, end: Any = None) -> Any:
    ends = [layers.Flatten(), layers.Dense(3, "softmax")] if end is None else end
    return keras.Sequential([keras.Input((4, 5, 1)), *parts, *ends])


def _end_network(units: int, end: Any) -> Callable[[], Any]:
    return lambda: keras.Sequential([_build_network(end=[layers.Flatten(), layers.Dense(units)]), end])


def _build_one_output() -> Any:
    inputs = keras.Input((4, 5, 1))
    row = layers.Dense(3, "softmax")(layers.Flatten()(inputs))
    model = keras.Model(inputs, [row, row * 1.0])
    return keras.Model(model.input, model.outputs[0])


def _build_of_whole_numbers() -> Any:
    parts = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3, "softmax")]
    return keras.Sequential([keras.Input((4, 5, 1), dtype="uint8"), *parts])


def _save_and_read(network: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        network.export(folder, verbose=False)
        return load_saved_model(Path(folder))


def _rebuild(layer: Any) -> Callable[[], Any]:
    """Of Keras's own layers, with the weights of a network that has `layer` for what doubles its input."""

    def build() -> Any:
        old = _build_network(layer)
        new = _build_network(layers.Rescaling(2.0))
        new.set_weights(old.get_weights())
        return new

    return build


def _build_in_float32() -> Any:
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        old = _build_network(layers.Conv2D(2, 1))
    finally:
        keras.config.set_dtype_policy(kept)
    new = _build_network(layers.Conv2D(2, 1))
    new.set_weights(old.get_weights())
    return new


class _DoublingLayer(layers.Layer):
    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


def _fit_with_missing(value: float) -> Callable[[], Any]:
    """Boosted trees that learnt zeros as missing values, with what is said of them."""

    def build() -> Any:
        model = XGBClassifier(n_estimators=2, n_jobs=1, missing=0).fit(VALUES * (np.median(VALUES) < VALUES), LABELS)
        set_missing(model, value)
        return model

    return build


REMEDIES: Final[dict[str, list[Remedy]]] = {
    "CODE": [Remedy(make=_rebuild(layers.Lambda(lambda values: values * 2.0)))],
    "FOREIGN_PART": [Remedy(make=_rebuild(_DoublingLayer()))],
    "FLOAT32": [Remedy(make=_build_in_float32)],
    "NETWORK_INPUT": [Remedy(make=_build_network)],
    "NETWORK_OUTPUT": [Remedy(make=_build_one_output)],
    "PROBABILITIES": [
        Remedy(make=_end_network(3, layers.Softmax())),
        Remedy(make=_end_network(3, layers.Activation("softmax"))),
        Remedy(make=_end_network(1, layers.Activation("sigmoid"))),
    ],
    "ONE_SOFTMAX": [
        Remedy(make=lambda: _build_network(end=[layers.Flatten(), layers.Dense(1, activation="sigmoid")])),
        Remedy(make=lambda: _build_network(end=[layers.Flatten(), layers.Dense(2, activation="softmax")])),
    ],
    "NOT_FITTED": [Remedy(make=_fit(GaussianNB()))],
    "PREDICT_PROBA": [
        Remedy(make=_fit(_calibrate(SVC()))),
        Remedy(make=_fit(VotingClassifier([("a", GaussianNB())], voting="soft"))),
    ],
    "FEATURES": [Remedy(make=_fit(GaussianNB()))],
    "ONE_LABEL": [Remedy(make=_fit(RandomForestClassifier(2), LABELS % 2))],
    "SKLEARN_TYPES": [
        Remedy(make=_fit(KNeighborsClassifier(algorithm="brute"))),
    ],
    "LIGHTGBM_CLASSES": [
        Remedy(make=_fit(LGBMClassifier(n_estimators=2, n_jobs=1, min_child_samples=2, verbose=-1), LABELS % 2)),
    ],
    "XGBOOST": [
        Remedy(make=_fit(XGBClassifier(n_estimators=2, n_jobs=1, booster="gbtree"))),
        Remedy(make=_fit(XGBClassifier(n_estimators=2, n_jobs=1, objective="binary:logistic"), LABELS % 2)),
    ],
    "XGBOOST_MISSING": [Remedy(make=_fit_with_missing(0.0)), Remedy(make=_fit_with_missing(float("nan")))],
    "CATBOOST": [
        Remedy(
            make=_fit(
                CatBoostClassifier(
                    iterations=4, thread_count=1, verbose=0, allow_writing_files=False, loss_function=loss
                ),
                LABELS if loss == "MultiClass" else LABELS % 2,
            )
        )
        for loss in ("MultiClass", "CrossEntropy")
    ],
    "LIGHTGBM": [
        Remedy(
            make=_fit(LGBMClassifier(objective="multiclass", n_estimators=2, n_jobs=1, min_child_samples=2, verbose=-1))
        )
    ],
    "NO_SPLIT": [Remedy(make=_fit(DecisionTreeClassifier()))],
    "FALLING_STEP": [Remedy(make=_fit(XGBClassifier(n_estimators=2, n_jobs=1)))],
    "MANY_NODES": [
        Remedy(make=_fit(RandomForestClassifier(1, max_depth=1)), targets=("tfjs-graph",)),
        Remedy(make=_fit(RandomForestClassifier(3)), targets=("onnx",)),
    ],
    "BOOSTING_START": [Remedy(make=_fit(GradientBoostingClassifier(n_estimators=2)))],
    "CATEGORIES": [Remedy(make=_fit(HistGradientBoostingClassifier(min_samples_leaf=2, max_iter=2)))],
    "OLD_ADABOOST": [Remedy(make=_fit(AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=3)))],
    "ADABOOST": [Remedy(make=_fit(AdaBoostClassifier(n_estimators=2)))],
    "KERNEL": [
        Remedy(make=_fit(_calibrate(make_pipeline(StandardScaler(), SVC(kernel=kernel)))))
        for kernel in ("linear", "rbf", "poly", "sigmoid")
    ],
    "NEIGHBOURS": [
        Remedy(make=_fit(KNeighborsClassifier(weights="uniform"))),
        Remedy(make=_fit(KNeighborsClassifier(weights="distance"))),
        Remedy(make=_fit(KNeighborsClassifier(metric="manhattan")), targets=("onnx",)),
    ],
    "CALIBRATION": [Remedy(make=_fit(_calibrate(LinearSVC(), method="sigmoid")))],
    "STACKING": [
        Remedy(make=_fit(StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], cv=2, stack_method="auto")))
    ],
    "UNKNOWN": [
        Remedy(make=_fit(RandomForestClassifier(2))),
        Remedy(make=_fit(RadiusNeighborsClassifier(1e4, algorithm="brute")), targets=("onnx",)),
    ],
    "FUNCTION": [
        Remedy(make=_fit(make_pipeline(FunctionTransformer(function), GaussianNB())))
        for function in (np.log1p, np.sqrt, np.square, np.abs)
    ],
    "SKL2ONNX": [Remedy(make=_fit(GaussianNB()), targets=("onnx",))],
    "OPERATOR": [
        Remedy(make=lambda: _build_network(layers.Dense(2)), targets=("wasm",)),
        Remedy(make=lambda: _build_network(layers.Reshape((4, 5, 1, 1)), layers.Conv3D(2, 1)), targets=("onnx",)),
    ],
    **{
        name: [Remedy(make=lambda: make_dense(["N", 1, 4, 5], sigmoid=True), targets=("onnx", "wasm"))]
        for name in ("ONNX_INPUT", "ONNX_OUTPUT", "OPERATOR_SET", "ONNX_TO_TFJS")
    },
    "WHOLE_NUMBERS": [Remedy(make=_build_of_whole_numbers, spec=Preprocessing(height=4, width=5, scale=1.0))],
    "SERVING": [Remedy(make=lambda: _save_and_read(_build_network()))],
    "NO_LAYERS": [Remedy(make=_fit(GaussianNB()), targets=("tfjs-graph",))],
    "LAYER": [Remedy(make=lambda: _build_network(layers.GroupNormalization(1)), targets=("tfjs-graph",))],
}
CASES: Final = [(name, number) for name, ways in REMEDIES.items() for number in range(len(ways))]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_remedy_ends_in_a_bundle(name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "MANY_NODES":
        # As in the test that provokes it: a tree of 2^24 nodes takes minutes to grow.
        monkeypatch.setattr(scores, "_EXACT", 8 if number else 24)
    way = REMEDIES[name][number]
    baked = bake(way.make(), way.spec)
    exportable = Exportable(name="n", baked=baked, source=b"", labels=tuple("abc"[: baked.classes]), golden=GOLDEN)
    write_bundle(exportable, tmp_path / "bundle", target_names=way.targets, page=False)
    assert (tmp_path / "bundle/site/manifest.json").is_file()


def test_every_refusal_has_a_tested_remedy() -> None:
    assert LISTED - set(REMEDIES) - _list_keys("test_remedies_outputs.py") == set()


def _list_keys(file: str) -> set[str]:
    """The refusals that another file of this folder tests: the keys of its REMEDIES."""
    for node in ast.parse((Path(__file__).parent / file).read_text("utf-8")).body:
        if (
            isinstance(node, ast.AnnAssign)
            and ast.unparse(node.target) == "REMEDIES"
            and isinstance(node.value, ast.Dict)
        ):
            return {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    return set()


@pytest.mark.parametrize("name", ["CODE", "FOREIGN_PART"])
def test_a_network_of_keras_own_layers_gives_the_answers_of_the_one_refused(name: str, tmp_path: Path) -> None:
    doubled = layers.Lambda(lambda values: values * 2.0) if name == "CODE" else _DoublingLayer()
    old = _build_network(doubled)
    new = _build_network(layers.Rescaling(2.0))
    new.set_weights(old.get_weights())
    new.save(tmp_path / "model.keras")
    exportable = load_user_model(tmp_path / "model.keras", preprocessing=None, labels=None, golden=None)
    images = IMAGES[:, :4, :5]
    gray = np.repeat(images[..., :1], 3, axis=-1)
    wanted = old.predict(gray[..., :1].astype(np.float32), verbose=0)
    assert np.abs(exportable.baked(gray)["probabilities"] - wanted).max() < 1e-5


def test_a_lambda_is_exported_from_python_with_its_stored_answers(tmp_path: Path) -> None:
    network = _build_network(layers.Lambda(lambda values: values * 2.0))
    network.compile("adam", "categorical_crossentropy")
    baked = bake(network, SPEC)
    exportable = Exportable(
        name="n", baked=baked, source=serialize_model(baked.network), labels=("a", "b", "c"), golden=GOLDEN
    )
    write_bundle(exportable, tmp_path / "bundle", page=False)
    assert "Lambda" in read_source(open_bundle(tmp_path / "bundle")).unreadable


def test_brute_neighbours_are_read_back_from_their_file(tmp_path: Path) -> None:
    skops.io.dump(_fit(KNeighborsClassifier(algorithm="brute"))(), tmp_path / "model.skops")
    (tmp_path / "pre.toml").write_text("height = 4\nwidth = 5\nscale = 0.00392156862745098\n")
    exportable = load_user_model(
        tmp_path / "model.skops", preprocessing=tmp_path / "pre.toml", labels=None, golden=None
    )
    write_bundle(exportable, tmp_path / "bundle", page=False)


def test_a_classifier_whose_scores_exceed_float32_is_exported_behind_a_scaler(tmp_path: Path) -> None:
    def export(svm: Any) -> None:
        baked = bake(_fit(_calibrate(svm))(), SPEC)
        exportable = Exportable(name="n", baked=baked, source=b"", labels=("a", "b", "c"), golden=GOLDEN)
        write_bundle(exportable, tmp_path / "bundle", page=False)

    with pytest.raises(ExportError, match=r"received scores off by .* for .*StandardScaler"):
        export(SVC(kernel="sigmoid"))
    export(make_pipeline(StandardScaler(), SVC(kernel="sigmoid")))
