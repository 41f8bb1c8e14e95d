"""Checks of nearest neighbours and nearest centroids."""

from __future__ import annotations

from typing import Any

import numpy as np

from webparity.model_safety.estimators.fields import Fields


def check_neighbours(fields: Fields) -> None:
    """Check the training points [P, D] and their class indices [P]."""
    fields.read_indices("_y", (_check_points(fields),), fields.classes)


def check_several(fields: Fields) -> None:
    """Check the training points [P, D] and their class indices in each output, [P, L]."""
    classes = fields.get("classes_")
    rows = fields.read_array("_y", (_check_points(fields), len(classes)), kinds="iu")
    sizes = np.array([len(each) for each in classes])
    fields.require(((rows >= 0) & (rows < sizes)).all(), "_y of the classes of each output", "others")


def check_regression(fields: Fields) -> None:
    """Check the training points [P, D] and their values, [P] or [P, K]."""
    count, flat = _check_points(fields), np.ndim(fields.get("_y")) == 1
    fields.read_finite("_y", (count,) if flat else (count, None), kinds="fiub")


def _check_points(fields: Fields) -> int:
    """Check the training points and the settings; return the number of points, P."""
    points = fields.read_finite("_fit_X", (None, fields.features), kinds="fiub")
    fields.read_integer("n_neighbors", 1, len(points))
    fields.read_integer("n_samples_fit_", len(points), len(points))
    weights: Any = fields.get("weights") if fields.has("weights") else None
    if weights is not None and not callable(weights):
        fields.read_choice("weights", ("uniform", "distance"))
    fields.require(isinstance(fields.get("effective_metric_"), str), "effective_metric_ as a name", "something else")
    exponent = (fields.get("effective_metric_params_") or {}).get("p", 2)
    fields.require(isinstance(exponent, int | float) and exponent > 0, "p above 0", exponent)
    return len(points)


def check_centroids(fields: Fields) -> None:
    """Check the centroids [C, D]."""
    fields.read_finite("centroids_", (fields.classes, fields.features))
