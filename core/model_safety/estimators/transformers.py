"""Checks of transformers: scaling, feature selection, decomposition, discretization."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from webparity.model_safety.estimators.fields import Fields

Check = Callable[[Fields], None]


def check_columns(*names: str) -> Check:
    """Make a check of attributes with one finite number per column; attributes that are None or absent pass."""

    def check(fields: Fields) -> None:
        for name in names:
            if fields.has(name):
                fields.read_finite(name, (fields.features,))

    return check


def check_scores(fields: Fields) -> None:
    """Check scores [D], which are NaN for constant columns."""
    for name in ("scores_", "pvalues_", "variances_"):
        if fields.has(name):
            fields.read_array(name, (fields.features,))


def check_components(fields: Fields) -> None:
    """Check components [P, D], the mean and the explained variance."""
    count = len(fields.read_finite("components_", (None, fields.features)))
    if fields.has("mean_"):
        fields.read_finite("mean_", (fields.features,))
    if fields.has("explained_variance_"):
        fields.read_finite("explained_variance_", (count,), least=0)


def check_support(fields: Fields) -> None:
    """Check the mask of selected columns, bool [D]."""
    fields.read_array("support_", (fields.features,), kinds="b")


def check_quantiles(fields: Fields) -> None:
    """Check that the quantiles of each column rise."""
    references = fields.read_finite("references_", (None,))
    quantiles = fields.read_finite("quantiles_", (len(references), fields.features))
    fields.require((np.diff(quantiles, axis=0) >= 0).all(), "quantiles_ in rising order", "others")


def check_bins(fields: Fields) -> None:
    """Check that the bin edges of each column rise."""
    features = fields.features
    counts = fields.read_array("n_bins_", (features,), kinds="iu")
    edges = fields.get("bin_edges_")
    fields.require(isinstance(edges, np.ndarray) and edges.shape[:1] == (features,), "edges of each column", "others")
    for count, own in zip(counts.tolist(), edges, strict=True):
        # The outermost may be infinite.
        numbers = fields.require_array(np.asarray(own), "bin_edges_", (count + 1,))
        fields.require((numbers[:-1] <= numbers[1:]).all(), "bin_edges_ in rising order", "others")
