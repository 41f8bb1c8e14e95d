"""Transformers before a classifier: scaling, selection and projection of columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectFromModel, SelectKBest, SelectPercentile, VarianceThreshold
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.numerics.distances import divide_rows
from webparity.export.classifiers.numerics.double_float_functions import relu
from webparity.tensor_ops.ops import T


class Standardization(DefaultLowering):
    """`StandardScaler`: (features - mean) / standard deviation."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Subtract and divide, as far as the scaler is set to."""
        scaler = self.estimator
        centre, scale = scaler.mean_ if scaler.with_mean else None, scaler.scale_ if scaler.with_std else None
        return _standardize(scaler, features, centre, scale)


class RobustScaling(DefaultLowering):
    """`RobustScaler`: (features - median) / range of quantiles."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Subtract and divide, as far as the scaler is set to."""
        scaler = self.estimator
        centre = scaler.center_ if scaler.with_centering else None
        return _standardize(scaler, features, centre, scaler.scale_ if scaler.with_scaling else None)


class MaxAbsScaling(DefaultLowering):
    """`MaxAbsScaler`: features / largest absolute value."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Divide."""
        return _standardize(self.estimator, features, None, self.estimator.scale_)


def _standardize(
    scaler: Any, features: Features[T], centre: NDArray[Any] | None, scale: NDArray[Any] | None
) -> Features[T]:
    """(features - centre) / scale; None leaves its part out."""
    ops, exact = features.ops, features.exact
    if centre is not None:
        exact = exact - ops.double_float_constant(centre)
    if scale is not None:
        exact = exact / ops.double_float_constant(scale)
    return features.replace_columnwise(scaler.transform, exact)


class MinMaxScaling(DefaultLowering):
    """`MinMaxScaler`: features * scale + minimum, clipped if it is set to."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Multiply, add and clip."""
        scaler, ops = self.estimator, features.ops
        exact = features.exact * ops.double_float_constant(scaler.scale_) + ops.double_float_constant(scaler.min_)
        if scaler.clip:
            low, high = (ops.double_float_constant(float(bound)) for bound in scaler.feature_range)
            exact = high - relu(ops, high - low - relu(ops, exact - low))
        return features.replace_columnwise(scaler.transform, exact)


class FeatureSelection(DefaultLowering):
    """Selectors of columns."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Take the selected columns."""
        columns = np.flatnonzero(self.estimator.get_support())
        exact = features.ops.take(features.exact, features.ops.constant(columns), 1)
        return features.replace_columnwise(self.estimator.transform, exact, columns)


class RowNormalization(DefaultLowering):
    """`Normalizer`: each row divided by its norm."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Divide by the l1, l2 or maximum norm."""
        ops, exact = features.ops, features.exact
        match self.estimator.norm:
            case "l1":
                norm = ops.sum(ops.abs(exact), 1)
            case "max":
                norm = ops.to_double_float(ops.max(ops.to_float32(ops.abs(exact)), 1))
            case _:
                norm = ops.sqrt(ops.sum(exact * exact, 1))
        return features.replace_all(divide_rows(ops, exact, norm), features.width)


class PrincipalComponents(DefaultLowering):
    """`PCA`: the projection on the components."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Project, and whiten if it is set to."""
        pca, ops = self.estimator, features.ops
        axes = pca.components_.astype(np.float64)
        if pca.whiten:
            spread = np.sqrt(pca.explained_variance_)
            # scikit-learn avoids the division by almost nothing in the same way.
            axes = axes / np.maximum(spread, np.finfo(spread.dtype).eps)[:, np.newaxis]
        # The image of the origin is taken from scikit-learn, which rounds it in the type that it was fitted in.
        origin = pca.transform(np.zeros((1, pca.n_features_in_)))[0]
        exact = ops.matmul(features.exact, ops.double_float_constant(axes.T)) + ops.double_float_constant(origin)
        return features.replace_all(exact, len(axes))


FAMILY = Family(
    name="transformers",
    lowerings={
        MaxAbsScaler: MaxAbsScaling,
        MinMaxScaler: MinMaxScaling,
        Normalizer: RowNormalization,
        PCA: PrincipalComponents,
        RobustScaler: RobustScaling,
        SelectFromModel: FeatureSelection,
        SelectKBest: FeatureSelection,
        SelectPercentile: FeatureSelection,
        StandardScaler: Standardization,
        VarianceThreshold: FeatureSelection,
    },
)
