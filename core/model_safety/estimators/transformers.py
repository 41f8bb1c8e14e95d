"""Checks of transformers: scaling, feature selection, decomposition, discretization."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from webparity.model_safety.estimators.fields import Fields

Check = Callable[[Fields], None]
# Columns of polynomial features; of 784 pixels there are 308,505 up to degree 2.
_MOST_PRODUCTS: Final = 1_000_000


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


def check_imputer(fields: Fields) -> None:
    """Check the statistics of each column, which are NaN where nothing was seen, and the columns that are marked."""
    fields.read_array("statistics_", (fields.features,))
    if fields.get("add_indicator"):
        marked = Fields(fields.get("indicator_")).read_indices("features_", (None,), fields.features)
        fields.require(len(set(marked.tolist())) == len(marked), "marks of different columns", "some twice")


def check_nystroem(fields: Fields) -> None:
    """Check the points [P, D] and the matrix [P, P]."""
    count = len(fields.read_finite("components_", (None, fields.features)))
    fields.read_finite("normalization_", (count, count))


def check_fourier_features(fields: Fields) -> None:
    """Check the projection [D, P] and its offsets [P]."""
    count = fields.read_integer("n_components", 1)
    fields.read_finite("random_weights_", (fields.features, count))
    fields.read_finite("random_offset_", (count,))


def check_polynomial(fields: Fields) -> None:
    """Check that the products are as many as stated, before their exponents are made."""
    features, count = fields.features, fields.read_integer("n_output_features_", 1, _MOST_PRODUCTS)
    least, most = (fields.read_integer(name, 0, _MOST_PRODUCTS) for name in ("_min_degree", "_max_degree"))
    each = math.comb if fields.get("interaction_only") else lambda n, k: math.comb(n + k - 1, k)
    total, bias = 0, bool(fields.get("include_bias"))
    for degree in range(max(1, least), most + 1):
        total += each(features, degree)
        fields.require(total <= _MOST_PRODUCTS, f"at most {_MOST_PRODUCTS} products", "more")
    fields.require(total + bias == count, f"{count} products by its degrees", total + bias)


def check_column_steps(fields: Fields) -> None:
    """Check that each step of a `ColumnTransformer` gets columns that there are."""
    features, indices = fields.features, fields.get("_transformer_to_input_indices")
    fields.require(isinstance(indices, dict), "columns by the steps' names", type(indices).__name__)
    for step in fields.read_members("transformers_"):
        fields.require(isinstance(step, list | tuple) and len(step) == 3, "steps of three parts", "others")
        columns = fields.require_array(np.asarray(indices[step[0]], np.int64), "columns", (None,), kinds="iu")
        fields.require(((columns >= 0) & (columns < features)).all(), f"columns below {features}", "others")
        if not isinstance(step[1], str) and _is_numbered(step[1]):
            own = Fields(step[1]).features
            fields.require(own == len(columns), f"a step of {len(columns)} columns", own)


def _is_numbered(step: object) -> bool:
    return "n_features_in_" in getattr(step, "__dict__", {})
