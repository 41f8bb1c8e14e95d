"""Folding of thresholds in front of columnwise steps: every decision stays the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.features import FeatureTransform
from webparity.export.classifiers.registry import choose_lowering
from webparity.export.classifiers.trees.ensemble import Ensemble, Tree, join_trees
from webparity.export.classifiers.trees.folding import fold_thresholds
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.preprocessing.sklearn_transformer import extract_features
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

VALUES = st.floats(-(2.0**90), 2.0**90, width=32, allow_subnormal=False)
POSITIVE = st.floats(1e-6, 1e6)
# What float32 would round to 0 is refused by the preprocessing itself.
HELD = st.floats(-1e3, 1e3).filter(lambda number: number == 0 or abs(number) >= 1e-30)
# In thousandths: of a spread near 0, a scaler makes numbers that it then refuses itself.
MEASURED = st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
TRAINING = st.lists(st.lists(MEASURED, min_size=2, max_size=2), min_size=3, max_size=6)


def _make_stumps(columns: list[int], thresholds: list[float], compared: Any = np.float32) -> Ensemble:
    """Trees of one split each, every one with a column of results: 0 on the left, 1 on the right."""
    trees = [
        Tree(
            feature=np.array([column, 0, 0]),
            threshold=np.array([threshold, 0.0, 0.0]),
            left=np.array([1, -1, -1]),
            right=np.array([2, -1, -1]),
            value=np.outer([0.0, 0.0, 1.0], np.arange(len(columns)) == place),
        )
        for place, (column, threshold) in enumerate(zip(columns, thresholds, strict=True))
    ]
    return join_trees(trees, base=np.zeros(len(columns)), slope=None, input_type=compared)


def _make_transform(step: Any) -> FeatureTransform:
    return FeatureTransform(function=step.transform, columns=np.array([0]), width=1)


def _make_threshold_values(ensemble: Ensemble, width: int) -> np.ndarray:
    """Rows that hold a threshold, or a float32 neighbour, in its own column."""
    inner = ensemble.inner & (np.abs(ensemble.threshold) < 2.0**99)
    rows = np.zeros((inner.sum(), width), np.float32)
    rows[np.arange(len(rows)), ensemble.feature[inner]] = ensemble.threshold[inner]
    found = np.concatenate([rows, *(np.nextafter(rows, np.float32(end)) for end in (-np.inf, np.inf))])
    return np.where(np.abs(found) < np.finfo(np.float32).tiny, np.float32(0), found)


def _compute_sides(ensemble: Ensemble, values: np.ndarray) -> np.ndarray:
    """Compute the stumps that go right by their own thresholds, bool [N, stumps]."""
    compared = values.astype(ensemble.input_type)[:, ensemble.feature[ensemble.roots]]
    return compared > ensemble.threshold[ensemble.roots]


def _require_alike(ensemble: Ensemble, through: Any, columns: list[int], width: int, values: np.ndarray) -> None:
    moved = fold_thresholds(ensemble, FeatureTransform(function=through, columns=np.array(columns), width=width))
    values = np.concatenate([values, _make_threshold_values(moved, width)])
    received = sum_leaves(NumpyOps(), values.astype(np.float64), moved)
    assert np.array_equal(received == 1, _compute_sides(ensemble, through(values)))


@settings(max_examples=60)
@given(TRAINING, st.lists(VALUES, min_size=1, max_size=8), st.booleans(), st.data())
def test_scalers(training: list[list[float]], given_values: list[float], double: bool, data: st.DataObject) -> None:
    dtype = np.float64 if double else np.float32
    scaler = data.draw(st.sampled_from([StandardScaler(), MinMaxScaler(), MinMaxScaler(clip=True)]))
    steps = make_pipeline(scaler, StandardScaler()).fit(np.array(training, dtype))

    def transform_rows(values: np.ndarray) -> np.ndarray:
        return np.asarray(steps.transform(values.astype(dtype)))

    values = np.stack([given_values, given_values[::-1]], axis=1).astype(np.float32)
    # Thresholds anywhere, and just where values come to lie.
    near = transform_rows(values)[:, 0].astype(float).tolist()
    thresholds = data.draw(st.lists(st.floats(-1e3, 1e3) | st.sampled_from(near), min_size=1, max_size=4))
    columns = data.draw(st.lists(st.integers(0, 1), min_size=len(thresholds), max_size=len(thresholds)))
    _require_alike(_make_stumps(columns, thresholds, dtype), transform_rows, [0, 1], 2, values)


@settings(max_examples=60)
@given(
    POSITIVE,
    HELD,
    st.lists(HELD, min_size=3, max_size=3),
    st.lists(POSITIVE, min_size=3, max_size=3),
    st.lists(st.floats(0, 255, width=32, allow_subnormal=False), min_size=1, max_size=8),
)
def test_normalisation_of_pixels(
    scale: float, offset: float, mean: list[float], std: list[float], pixels: list[float]
) -> None:
    spec = Preprocessing(
        height=1, width=1, channels="rgb", scale=scale, offset=offset, mean=tuple(mean), std=tuple(std)
    )

    def transform_rows(values: np.ndarray) -> np.ndarray:
        return extract_features(values.astype(np.float64).reshape(-1, 1, 1, 3), spec)

    values = np.repeat(np.array(pixels, np.float32)[:, np.newaxis], 3, axis=1)
    thresholds = transform_rows(values).astype(float).ravel().tolist()
    _require_alike(_make_stumps([0, 1, 2] * len(pixels), thresholds), transform_rows, [0, 1, 2], 3, values)


@pytest.mark.parametrize("kind", [RandomForestClassifier, HistGradientBoostingClassifier])
def test_trees_behind_selected_and_scaled_columns(kind: type) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (400, 12)).astype(np.float32)
    labels = (pixels[:, 3] + pixels[:, 7] > 255).astype(int)
    model = make_pipeline(StandardScaler(), SelectKBest(k=5), kind(random_state=0)).fit(pixels, labels)
    transform = FeatureTransform(
        function=lambda values: model[:-1].transform(values.astype(np.float64)),
        columns=model[1].get_support(indices=True),
        width=12,
    )
    lowering = choose_lowering(model[-1])
    assert isinstance(lowering, TreeLowering)
    moved = fold_thresholds(lowering.extract_ensemble(), transform)
    values = np.concatenate([pixels, _make_threshold_values(moved, 12)]).astype(np.float64)
    received = sum_leaves(NumpyOps(), values, moved)
    if kind is RandomForestClassifier:
        expected = model.predict_proba(values)
    else:
        expected = model.decision_function(values)[:, np.newaxis]
    assert np.abs(received - expected).max() <= 1e-12


def test_a_threshold_that_no_value_or_every_value_is_below() -> None:
    clipped = MinMaxScaler(clip=True).fit(np.array([[0.0], [10.0]]))
    moved = fold_thresholds(_make_stumps([0, 0, 0], [-0.5, 1.5, 1.0]), _make_transform(clipped))
    received = sum_leaves(NumpyOps(), np.array([[-5.0], [5.0], [50.0]]), moved)
    assert received.tolist() == [[1, 0, 0]] * 3


def test_a_step_that_turns_the_order_round_is_refused() -> None:
    with pytest.raises(UnsupportedModelError, match="turns it round"):
        fold_thresholds(_make_stumps([0], [1.0]), _make_transform(FunctionTransformer(np.negative)))


def test_a_step_may_leave_the_range_of_float32_where_no_value_goes() -> None:
    scaler = make_pipeline(StandardScaler(), StandardScaler()).fit(np.array([[0.0, 0.0], [0.0, 1e-15]], np.float32))
    given = np.array([[0, 0], [0, 4e-16], [0, 6e-16], [0, 1]], np.float32)

    def transform_rows(values: np.ndarray) -> np.ndarray:
        return np.asarray(scaler.transform(values))

    _require_alike(_make_stumps([1], [0.0]), transform_rows, [0, 1], 2, given)
