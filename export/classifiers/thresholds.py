"""Comparisons of features with thresholds, exact where the features follow column by column from a source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.trees.ensemble import floor_to_float32
from webparity.export.classifiers.trees.folding import find_largest_below
from webparity.tensor_ops.ops import T


def find_values_above(features: Features[T], thresholds: NDArray[np.float64]) -> T:
    """Compare each feature with thresholds of its own.

    Rounded features could cross a threshold; the thresholds are moved to the source, whose values are the same in every
    runtime.

    Args:
        features: D of them.
        thresholds: float64 [D, K], any but NaN.

    Returns:
        1 where the feature is above the threshold and 0 elsewhere, real [N, D, K].
    """
    ops, follow = features.ops, features.from_source
    width, count = thresholds.shape
    (columns, old), which = np.unique(
        np.stack([np.repeat(np.arange(width), count), thresholds.ravel()]), axis=1, return_inverse=True
    )
    moved = floor_to_float32(find_largest_below(follow, columns.astype(np.int64), old))[which]
    limit = np.finfo(np.float32).max
    source = ops.take(features.source, ops.constant(follow.columns), 1)
    # No value of an image is as large as the limit: infinite thresholds have none below or above them.
    bounded = ops.constant(np.clip(moved, -limit, limit).reshape(width, count))
    return 1.0 - ops.greater_equal(bounded, ops.reshape(source, (-1, width, 1)))


def find_values_from(features: Features[T], thresholds: NDArray[np.float64]) -> T:
    """Compare as `find_values_above`, also true where a feature equals its threshold."""
    return find_values_above(features, np.nextafter(thresholds, -np.inf))
