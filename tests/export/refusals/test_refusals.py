"""The list of refusals: each is raised before anything is written, the guide shows it, and no other exists."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
import skops.io
from catboost import CatBoostClassifier
from keras import layers
from lightgbm import LGBMClassifier, LGBMRegressor
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.trees import scores
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.export.target_selection import discover_targets
from webparity.export.tfjs.layers.writers import WRITERS
from webparity.models import refusals
from webparity.models.estimators.baked import EstimatorBaked
from webparity.models.estimators.booster_classifier import read_lightgbm
from webparity.models.estimators.missing_values import set_missing
from webparity.models.keras.baked import KerasBaked
from webparity.models.model_file import serialize_model
from webparity.models.refusals import ModelRefusal
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

# Of XGBoost and LightGBM on unusual settings.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

ROOT: Final = Path(__file__).parents[3]
GUIDE: Final = (ROOT / "docs/guide/exporting.md").read_text(encoding="utf-8")
LISTED: Final = {name: each for name, each in vars(refusals).items() if isinstance(each, ModelRefusal)}
SPEC: Final = Preprocessing(height=4, width=5, scale=1 / 255)
INVERTED: Final = Preprocessing(height=4, width=5, scale=-1 / 255)

RANDOM: Final = np.random.default_rng(0)
LABELS: Final = np.arange(60) % 3
IMAGES: Final = RANDOM.integers(0, 190, (60, 5, 6, 3), dtype=np.uint8) + np.uint8(20) * LABELS.astype(np.uint8).reshape(
    -1, 1, 1, 1
)
GOLDEN: Final = make_golden_set([(IMAGES[0], "one")])[:1]
VALUES: Final = ImagePreprocessing(SPEC).transform(IMAGES)
CATEGORIES: Final = np.column_stack([LABELS, VALUES[:, 1:]])


def is_refusal_text(sentence: str | None, refusal: ModelRefusal) -> bool:
    """Whether a sentence is a refusal's: the rule, what was received, the remedy."""
    return sentence is not None and f"{refusal.rule}; received " in sentence and sentence.endswith(refusal.remedy)


def _export_refused(baked: Any, out: Path, *names: str) -> str:
    """Return the message of a refused export, which must leave no files."""
    with pytest.raises(UnsupportedModelError) as caught:
        write_bundle(
            Exportable(name="refused", baked=baked, source=b"", labels=tuple("abcde"[: baked.classes]), golden=GOLDEN),
            out,
            target_names=names,
            page=False,
        )
    assert not list(out.parent.iterdir())
    return str(caught.value)


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
        refusal=refusals.UNKNOWN, make=fit_on_values(BaggingClassifier(n_estimators=2)), targets=ONLY_TFJS
    ),
    "another step": Case(
        refusal=refusals.UNKNOWN,
        make=fit_on_values(make_pipeline(PolynomialFeatures(2), GaussianNB())),
        targets=ONLY_TFJS,
    ),
    "a classifier that skl2onnx does not know": Case(
        refusal=refusals.SKL2ONNX, make=fit_on_values(DummyClassifier()), targets=("onnx",)
    ),
    "a step that skl2onnx does not know": Case(
        refusal=refusals.SKL2ONNX,
        make=fit_on_values(make_pipeline(FunctionTransformer(np.sqrt), GaussianNB())),
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
        assert _export_refused(baked, tmp_path / "bundle", target) == reasons[target]
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
        (refusals.PREDICT_PROBA, SVC()),
        (refusals.PREDICT_PROBA, VotingClassifier([("a", GaussianNB())], voting="hard")),
        (refusals.ONE_LABEL, RandomForestClassifier(2)),
        (refusals.ONE_LABEL, KNeighborsClassifier()),
    ],
    ids=["no probabilities", "voting by labels", "a forest of several labels", "neighbours of several labels"],
)
def test_a_classifier_is_refused_when_it_is_baked(refusal: ModelRefusal, model: Any) -> None:
    labels = np.stack([LABELS, LABELS], axis=1) if refusal is refusals.ONE_LABEL else LABELS
    with pytest.raises(UnsupportedModelError) as caught:
        EstimatorBaked(model.fit(VALUES, labels), SPEC)
    assert is_refusal_text(str(caught.value), refusal)


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
    assert is_refusal_text(_read_refused_file(tmp_path / "model.skops"), refusals.SKLEARN_TYPES)


def test_a_lightgbm_model_of_numbers_is_refused() -> None:
    text = LGBMRegressor(n_estimators=2, verbose=-1).fit(VALUES, LABELS).booster_.model_to_string()
    with pytest.raises(UnsupportedModelError) as caught:
        read_lightgbm(text.encode())
    assert is_refusal_text(str(caught.value), refusals.LIGHTGBM_CLASSES)


def _read_refused_file(file: Path) -> str:
    with pytest.raises(UnsupportedModelError) as caught:
        load_user_model(file, preprocessing=None, labels=None, golden=None)
    return str(caught.value)


@keras.saving.register_keras_serializable("refusals")
class _DoublingLayer(layers.Layer):
    def call(self, inputs: Any) -> Any:
        return inputs * 2.0


@pytest.mark.parametrize(
    ("refusal", "layer"),
    [(refusals.CODE, layers.Lambda(lambda values: values * 2.0)), (refusals.FOREIGN_PART, _DoublingLayer())],
    ids=["code", "a layer of one's own"],
)
def test_a_network_file_with_foreign_parts_is_refused(refusal: ModelRefusal, layer: Any, tmp_path: Path) -> None:
    keras.Sequential([keras.Input((4, 5, 1)), layer, layers.Flatten(), layers.Dense(3, "softmax")]).save(
        tmp_path / "model.keras"
    )
    assert is_refusal_text(_read_refused_file(tmp_path / "model.keras"), refusal)


def bake_network(*parts: Any, activation: str = "softmax", depth: int = 1) -> KerasBaked:
    network = keras.Sequential([keras.Input((4, 5, depth)), *parts, layers.Flatten(), layers.Dense(3, activation)])
    return KerasBaked(network, Preprocessing(height=4, width=5, channels="gray" if depth == 1 else "rgb"))


def test_a_network_of_another_size_is_refused() -> None:
    network = bake_network().network
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, Preprocessing(height=5, width=4))
    assert is_refusal_text(str(caught.value), refusals.NETWORK_INPUT)


@pytest.mark.parametrize("outputs", ["two", "an image"])
def test_a_network_with_another_output_is_refused(outputs: str) -> None:
    inputs = keras.Input((4, 5, 1))
    row = layers.Dense(3, "softmax")(layers.Flatten()(inputs))
    network = keras.Model(inputs, [row, row * 1.0] if outputs == "two" else layers.Conv2D(3, 1)(inputs))
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, SPEC)
    assert is_refusal_text(str(caught.value), refusals.NETWORK_OUTPUT)


def test_a_network_that_ends_in_scores_is_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        bake_network(activation="linear")
    assert is_refusal_text(str(caught.value), refusals.PROBABILITIES)


def test_a_network_that_gives_probabilities_of_some_images_only_is_refused(tmp_path: Path) -> None:
    inputs = keras.Input((4, 5, 1))
    row = layers.Flatten()(inputs)
    # As if it had learnt to: the largest share that it gives falls below 0 only on images that are mostly black.
    network = keras.Model(inputs, layers.Dense(3, "softmax")(row))
    baked = KerasBaked(network, SPEC)
    head = baked.predict_features
    baked.predict_features = lambda values: {tap: each * 1.01 for tap, each in head(values).items()}
    assert is_refusal_text(_export_refused(baked, tmp_path / "bundle"), refusals.PROBABILITIES)


def test_one_output_with_softmax_is_refused() -> None:
    inputs = keras.Input((4, 5, 1))
    network = keras.Model(inputs, layers.Dense(1, "softmax")(layers.Flatten()(inputs)))
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(network, SPEC)
    assert is_refusal_text(str(caught.value), refusals.ONE_SOFTMAX)


class _ScalingLayer(layers.Layer):
    """Whose config does not say what its constructor needs."""

    def __init__(self, factor: float, **settings: Any) -> None:
        super().__init__(**settings)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}


def test_half_floats_that_cannot_be_built_again_are_refused() -> None:
    with pytest.raises(UnsupportedModelError) as caught:
        bake_network(_ScalingLayer(2.0, dtype="mixed_float16"))
    assert is_refusal_text(str(caught.value), refusals.FLOAT32)


def test_tfjs_layers_refuses_classifiers() -> None:
    reason = discover_targets()["tfjs-layers"].refusal(EstimatorBaked(GaussianNB().fit(VALUES, LABELS), SPEC))
    assert is_refusal_text(reason, refusals.NO_LAYERS)


def _apply_plus(x: Any) -> Any:
    return x + np.ones((1, *x.shape[1:]), np.float32)


def _apply_minus(x: Any) -> Any:
    return x - np.ones((1, *x.shape[1:]), np.float32)


def _apply_at_least_one(x: Any) -> Any:
    return keras.ops.maximum(x, 1.0)


def _average_channels(x: Any) -> Any:
    return keras.ops.mean(x, axis=3)


def _average_rows(x: Any) -> Any:
    return layers.GlobalAveragePooling1D(keepdims=True)(layers.Reshape((4, 5))(x))


# What TF.js' layers lack or read in another way, by the words of the refusal.
LAYERS: Final[dict[str, Callable[[], Callable[[Any], Any]]]] = {
    "GroupNormalization": lambda: layers.GroupNormalization(1),
    "Square": lambda: keras.ops.square,
    "Activation with activation=log_softmax": lambda: layers.Activation("log_softmax"),
    "Conv2D with activation=log_softmax": lambda: layers.Conv2D(2, 3, activation="log_softmax"),
    "Gelu with approximate=True": lambda: keras.ops.gelu,
    "Softmax with axis=1": lambda: layers.Softmax(axis=1),
    "ReLU with negative_slope=0.1": lambda: layers.ReLU(negative_slope=0.1),
    "ReLU with negative_slope=0.0, threshold=1": lambda: layers.ReLU(threshold=1.0),
    "Mean with axis=[3]": lambda: _average_channels,
    "Add with a constant that is no number": lambda: _apply_plus,
    "Maximum with a constant": lambda: _apply_at_least_one,
    "Subtract with a constant that is no number": lambda: _apply_minus,
    "Normalization with axis=(1,)": lambda: layers.Normalization(axis=1, mean=[0.0] * 4, variance=[1.0] * 4),
    "Normalization with axis=(-1,), invert=True": lambda: layers.Normalization(mean=0.0, variance=1.0, invert=True),
    "BatchNormalization with axis=1": lambda: layers.BatchNormalization(axis=1),
    "LayerNormalization with axis=[1]": lambda: layers.LayerNormalization(axis=1),
    "rms_scaling=True": lambda: layers.LayerNormalization(rms_scaling=True),
    "CenterCrop with an image of 4 x 5 to be enlarged": lambda: layers.CenterCrop(8, 8),
    "Resizing with an image of (4, 5) to be resized": lambda: layers.Resizing(8, 8),
    "DepthwiseConv2D with dilation_rate=(2, 2)": lambda: layers.DepthwiseConv2D(2, dilation_rate=2),
    "SeparableConv2D with dilation_rate=(2, 2)": lambda: layers.SeparableConv2D(2, 2, dilation_rate=2),
    "Conv2DTranspose with output_padding=(1, 1)": lambda: layers.Conv2DTranspose(2, 3, strides=2, output_padding=1),
    "Conv2DTranspose with dilation_rate=(2, 2)": lambda: layers.Conv2DTranspose(2, 3, dilation_rate=2),
    "UpSampling2D with interpolation=bilinear": lambda: layers.UpSampling2D(2, interpolation="bilinear"),
    "ZeroPadding2D with data_format=channels_first": lambda: layers.ZeroPadding2D(1, "channels_first"),
    "GlobalAveragePooling1D with keepdims=True": lambda: _average_rows,
}


@pytest.mark.parametrize("words", LAYERS)
def test_a_layer_without_equivalent_in_tfjs_is_refused(words: str) -> None:
    inputs = keras.Input((4, 5, 1))
    row = layers.Dense(3, "softmax")(layers.Flatten()(LAYERS[words]()(inputs)))
    reason = discover_targets()["tfjs-layers"].refusal(KerasBaked(keras.Model(inputs, row), SPEC))
    assert is_refusal_text(reason, refusals.LAYER)
    assert words in str(reason)


def test_every_refusal_is_provoked_here() -> None:
    """By its name in this file: a refusal that nobody provokes may be one that nobody needs."""
    named = set(_iterate_attributes("refusals", Path(__file__)))
    assert named == set(LISTED)


def test_every_refusal_is_used_by_the_code() -> None:
    used = {name for file in _iterate_sources() for name in _iterate_attributes("refusals", file)}
    assert set(LISTED) <= used


def test_every_refusal_is_on_the_list() -> None:
    makers = {
        file.relative_to(ROOT).as_posix()
        for file in _iterate_sources()
        if "UnsupportedModelError" in _find_called(file)
    }
    assert makers == {
        "core/models/refusals.py",
        # Files that are damaged or may harm, which the corpus of malicious files holds.
        "core/model_safety/inspection.py",
        "core/model_safety/refusal.py",
        # Passes on the refusal of a target.
        "export/target_selection.py",
    }
    of_files = {
        file for file in _iterate_sources() if "from webparity.model_safety.refusal import" in file.read_text("utf-8")
    }
    assert {file.relative_to(ROOT).as_posix() for file in of_files if "model_safety" not in file.parts} == {
        "core/models/keras/baked.py",
        "core/models/estimators/booster_classifier.py",
        "core/models/estimators/file.py",
        "export/inputs/model_file.py",
    }


def test_the_guide_shows_the_list() -> None:
    rows = [f"| {each.rule} | {each.targets} | {each.remedy} |" for each in LISTED.values()]
    shown = [line for line in GUIDE.partition("## What is refused")[2].splitlines() if line.startswith("| ")]
    assert shown[1:] == rows, "\n".join(rows)


def test_the_guide_shows_every_layer_that_tfjs_layers_takes() -> None:
    known = {name for name in WRITERS if name in dir(layers)}
    assert known == {name for name in known if f"`{name}`" in GUIDE}, sorted(known)


def _iterate_sources() -> Iterator[Path]:
    for wing in ("core", "export"):
        yield from (ROOT / wing).rglob("*.py")


def _iterate_attributes(module: str, file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module:
            yield node.attr


def _find_called(file: Path) -> set[str]:
    """Names that a file calls as they are, without a module before them."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}
