"""Discretization of columns: bins, and two values beside a threshold."""

from __future__ import annotations

import numpy as np
from sklearn.preprocessing import Binarizer, KBinsDiscretizer

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DiscontinuousLowering, Family
from webparity.export.classifiers.thresholds import find_values_above, find_values_from
from webparity.tensor_ops.ops import T


class Bins(DiscontinuousLowering):
    """`KBinsDiscretizer`: the number of inner edges up to each value, as it is or one-hot."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Count edges."""
        bins, ops = self.estimator, features.ops
        counts = np.asarray(bins.n_bins_, np.int64)
        # Columns have different numbers of edges: the rest are above every value.
        edges = np.full((features.width, max(1, int(counts.max()) - 1)), np.inf)
        for column, own in enumerate(bins.bin_edges_):
            edges[column, : counts[column] - 1] = own[1:-1]
        reached = find_values_from(features, edges)
        if bins.encode == "ordinal":
            indices = ops.reshape(ops.sum(reached, 2), (-1, features.width))
            return features.replace_columnwise(bins.transform, ops.to_double_float(indices))
        # Bin j: edge j - 1 is reached and edge j is not.
        first = reached * 0.0
        ones = ops.take(first, ops.constant(np.zeros(1)), 2) + 1.0
        zeros = ops.take(first, ops.constant(np.zeros(1)), 2)
        flags = ops.concat([ones, reached], 2) - ops.concat([reached, zeros], 2)
        length = edges.shape[1] + 1
        flat = ops.reshape(flags, (-1, features.width * length))
        used = np.flatnonzero((np.arange(length) < counts[:, np.newaxis]).ravel())
        taken = ops.take(flat, ops.constant(used), 1)
        return features.replace_all(ops.to_double_float(taken), len(used))


class Binarization(DiscontinuousLowering):
    """`Binarizer`: 1 above the threshold and 0 elsewhere."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Compare."""
        ops, binarizer = features.ops, self.estimator
        above = find_values_above(features, np.full((features.width, 1), float(binarizer.threshold)))
        exact = ops.to_double_float(ops.reshape(above, (-1, features.width)))
        return features.replace_columnwise(binarizer.transform, exact)


FAMILY = Family(name="discretization", lowerings={Binarizer: Binarization, KBinsDiscretizer: Bins})
