"""Steps side by side: on columns of their own, or on all."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion

from webparity.export.classifiers.features import Features, concat_features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.export.classifiers.registry import choose_lowering, is_discontinuous
from webparity.export.classifiers.sklearn_state import get_column_indices
from webparity.tensor_ops.ops import T


def _transform_by(step: Any, features: Features[T]) -> Features[T]:
    """Transform by a step, which may be the word that leaves its input as it is."""
    return features if isinstance(step, str) else choose_lowering(step).transform(features)


class ColumnTransformation(DefaultLowering):
    """`ColumnTransformer`: the outputs of its steps, each on its own columns, side by side."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a step is discontinuous."""
        steps = getattr(self.estimator, "transformers_", ())
        return any(is_discontinuous(step) for _, step, _ in steps if not isinstance(step, str))

    def transform(self, features: Features[T]) -> Features[T]:
        """Transform the columns of each step."""
        transformer = self.estimator
        parts = []
        for name, step, _ in transformer.transformers_:
            columns = get_column_indices(transformer, name)
            if len(columns) and not (isinstance(step, str) and step == "drop"):
                parts.append(_transform_by(step, features.take_columns(columns)))
        return concat_features(parts)


class Union(DefaultLowering):
    """`FeatureUnion`: the outputs of its steps, times a weight each, side by side."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a step is discontinuous."""
        steps = getattr(self.estimator, "transformer_list", ())
        return any(is_discontinuous(step) for _, step in steps if not isinstance(step, str))

    def transform(self, features: Features[T]) -> Features[T]:
        """Transform by each step."""
        union, parts = self.estimator, []
        weights = union.transformer_weights or {}
        for name, step in union.transformer_list:
            if isinstance(step, str) and step == "drop":
                continue
            part = _transform_by(step, features)
            parts.append(_multiply(part, float(weights[name])) if weights.get(name) is not None else part)
        return concat_features(parts)


def _multiply(features: Features[T], weight: float) -> Features[T]:
    exact = features.exact * features.ops.double_float_constant(weight)
    if weight > 0:
        return features.replace_columnwise(lambda rows: np.asarray(rows) * weight, exact)
    return features.replace_all(exact, features.width)


FAMILY = Family(name="composition", lowerings={ColumnTransformer: ColumnTransformation, FeatureUnion: Union})
