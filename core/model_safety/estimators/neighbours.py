"""Checks of nearest neighbours and nearest centroids."""

from __future__ import annotations

from typing import Any

from webparity.model_safety.estimators.fields import Fields


def check_neighbours(fields: Fields) -> None:
    """Check the training points [P, D] and their class indices [P]."""
    points = fields.read_finite("_fit_X", (None, fields.features), kinds="fiub")
    fields.read_indices("_y", (len(points),), fields.classes)
    fields.read_integer("n_neighbors", 1, len(points))
    fields.read_integer("n_samples_fit_", len(points), len(points))
    weights: Any = fields.get("weights") if fields.has("weights") else None
    if weights is not None and not callable(weights):
        fields.read_choice("weights", ("uniform", "distance"))
    fields.require(isinstance(fields.get("effective_metric_"), str), "effective_metric_ as a name", "something else")
    exponent = (fields.get("effective_metric_params_") or {}).get("p", 2)
    fields.require(isinstance(exponent, int | float) and exponent > 0, "p above 0", exponent)


def check_centroids(fields: Fields) -> None:
    """Check the centroids [C, D]."""
    fields.read_finite("centroids_", (fields.classes, fields.features))
