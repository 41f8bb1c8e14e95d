"""Polynomial features: products of columns."""

from __future__ import annotations

import numpy as np
from sklearn.preprocessing import PolynomialFeatures

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DefaultLowering, Family
from webparity.tensor_ops.ops import T


class Polynomials(DefaultLowering):
    """`PolynomialFeatures`: each output is a product of columns, given by their exponents."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Multiply columns: every product is one of a degree less, times a column."""
        ops, exponents = features.ops, np.asarray(self.estimator.powers_, np.int64)
        degrees = exponents.sum(axis=1)
        # The factors of each output in rising order, one a column; the column behind the last holds 1.
        factors = np.full((len(exponents), max(1, int(degrees.max(initial=0)))), features.width)
        for row, own in enumerate(exponents):
            factors[row, : degrees[row]] = np.repeat(np.arange(features.width), own)
        ones = ops.take(features.exact, ops.constant(np.zeros(1)), 1) * 0.0 + 1.0
        columns = ops.concat([features.exact, ones], 1)
        exact = ops.take(columns, ops.constant(factors[:, 0]), 1)
        for factor in factors.T[1:]:
            exact = exact * ops.take(columns, ops.constant(factor), 1)
        return features.replace_all(exact, len(exponents))


FAMILY = Family(name="polynomials", lowerings={PolynomialFeatures: Polynomials})
