"""Imputation of missing values."""

from __future__ import annotations

import numpy as np
from sklearn.impute import SimpleImputer

from webparity.export.classifiers.features import Features, concat_features
from webparity.export.classifiers.lowering import DefaultLowering, Family, make_unknown_refusal
from webparity.export.classifiers.sklearn_state import get_imputed_columns
from webparity.export.classifiers.thresholds import find_values_above, find_values_from
from webparity.tensor_ops.ops import T


class Imputation(DefaultLowering):
    """`SimpleImputer`: a number that stands for a missing value becomes its column's statistic.

    Images have no NaN, so that an imputer of NaN only leaves out the columns that had nothing else when it was fitted.
    """

    @property
    def is_discontinuous(self) -> bool:
        """Whether a number stands for a missing value."""
        return not _is_nan(getattr(self.estimator, "missing_values", np.nan))

    def transform(self, features: Features[T]) -> Features[T]:
        """Replace missing values, and append the indicators if it is set to."""
        imputer, ops = self.estimator, features.ops
        missing = imputer.missing_values
        if not isinstance(missing, int | float | np.number):
            raise make_unknown_refusal(imputer)
        kept, statistics, marked = get_imputed_columns(imputer)
        filled = features.take_columns(kept)
        indicators = None
        if not _is_nan(missing):
            places = np.full((features.width, 1), float(missing))
            equal = find_values_from(features, places) * (1.0 - find_values_above(features, places))
            indicators = ops.to_double_float(ops.reshape(equal, (-1, features.width)))
            own = ops.take(indicators, ops.constant(kept), 1)
            exact = filled.exact * (1.0 - own) + ops.double_float_constant(statistics) * own
            filled = features.replace_all(exact, len(kept))
        if len(marked) == 0:
            return filled
        if indicators is None:
            none = features.exact * 0.0
            return concat_features([filled, features.replace_all(ops.take(none, ops.constant(marked), 1), len(marked))])
        flags = features.replace_all(ops.take(indicators, ops.constant(marked), 1), len(marked))
        return concat_features([filled, flags])


def _is_nan(value: object) -> bool:
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


FAMILY = Family(name="imputation", lowerings={SimpleImputer: Imputation})
