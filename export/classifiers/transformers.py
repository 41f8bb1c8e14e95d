"""Steps before a classifier: scaling, choosing and mixing columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectFromModel, SelectKBest, SelectPercentile, VarianceThreshold
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler

from webparity.export.classifiers.dispatch import Flow, transformed
from webparity.export.classifiers.double_float_functions import wide_relu
from webparity.tensor_ops.ops import T


@transformed.register
def _(scaler: StandardScaler, flow: Flow[T]) -> Flow[T]:
    centre, scale = scaler.mean_ if scaler.with_mean else None, scaler.scale_ if scaler.with_std else None
    return _standardised(scaler, flow, centre, scale)


@transformed.register
def _(scaler: RobustScaler, flow: Flow[T]) -> Flow[T]:
    centre, scale = scaler.center_ if scaler.with_centering else None, scaler.scale_ if scaler.with_scaling else None
    return _standardised(scaler, flow, centre, scale)


@transformed.register
def _(scaler: MaxAbsScaler, flow: Flow[T]) -> Flow[T]:
    return _standardised(scaler, flow, None, scaler.scale_)


def _standardised(scaler: Any, flow: Flow[T], centre: NDArray[Any] | None, scale: NDArray[Any] | None) -> Flow[T]:
    """(values - centre) / scale."""
    ops, exact = flow.ops, flow.exact
    if centre is not None:
        exact = exact - ops.double_float_constant(centre)
    if scale is not None:
        exact = exact / ops.double_float_constant(scale)
    return flow.after(scaler, exact)


@transformed.register
def _(scaler: MinMaxScaler, flow: Flow[T]) -> Flow[T]:
    """Values * scale + min."""
    ops = flow.ops
    exact = flow.exact * ops.double_float_constant(scaler.scale_) + ops.double_float_constant(scaler.min_)
    if scaler.clip:
        low, high = (ops.double_float_constant(float(bound)) for bound in scaler.feature_range)
        exact = high - wide_relu(ops, high - low - wide_relu(ops, exact - low))
    return flow.after(scaler, exact)


@transformed.register(SelectFromModel)
@transformed.register(SelectKBest)
@transformed.register(SelectPercentile)
@transformed.register(VarianceThreshold)
def _(selector: Any, flow: Flow[T]) -> Flow[T]:
    columns = np.flatnonzero(selector.get_support())
    return flow.after(selector, flow.ops.take(flow.exact, flow.ops.constant(columns), 1), columns)


@transformed.register
def _(normalizer: Normalizer, flow: Flow[T]) -> Flow[T]:
    ops, exact = flow.ops, flow.exact
    match normalizer.norm:
        case "l1":
            norm = ops.sum(ops.abs(exact), 1)
        case "max":
            norm = ops.to_double_float(ops.max(ops.to_float32(ops.abs(exact)), 1))
        case _:
            norm = ops.sqrt(ops.sum(exact * exact, 1))
    # Rows of zeros stay zeros: they are divided by 1.
    empty = ops.greater_equal(ops.constant(0.0), ops.to_float32(norm))
    return flow.anew(exact / (norm + ops.to_double_float(empty)), flow.width)


@transformed.register
def _(components: PCA, flow: Flow[T]) -> Flow[T]:
    ops, axes = flow.ops, components.components_.astype(np.float64)
    if components.whiten:
        spread = np.sqrt(components.explained_variance_)
        # As scikit-learn keeps from dividing by almost nothing.
        axes = axes / np.maximum(spread, np.finfo(spread.dtype).eps)[:, np.newaxis]
    # Where the origin lies is taken from scikit-learn, which rounds it in the type that it was fitted in.
    origin = components.transform(np.zeros((1, components.n_features_in_)))[0]
    return flow.anew(
        ops.matmul(flow.exact, ops.double_float_constant(axes.T)) + ops.double_float_constant(origin), len(axes)
    )
