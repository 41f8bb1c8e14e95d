"""Checks of support vector machines; LIBSVM indexes their arrays without bounds checks."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from webparity.model_safety.estimators.fields import Fields

_KERNELS: Final = ("linear", "poly", "rbf", "sigmoid")


def check_svm(fields: Fields) -> None:
    """Check support vectors [V, D], dual coefficients [C - 1, V] and an intercept for each pair of classes."""
    classes, pairs = fields.classes, fields.pairs
    if not callable(fields.get("kernel")):
        fields.read_choice("kernel", _KERNELS)
    counts = fields.read_array("_n_support", (classes,), kinds="i")
    fields.require((counts >= 0).all(), "a number of support vectors for each class", counts.min())
    total = int(counts.sum())
    rows = fields.read_integer_pair("shape_fit_")[0]
    fields.read_indices("support_", (total,), rows)
    for name in ("_dual_coef_", "dual_coef_"):
        _check_matrix(fields, name, (classes - 1, total))
    # A kernel that is a function has the numbers of its rows instead.
    wide = None if callable(fields.get("kernel")) else fields.features
    _check_matrix(fields, "support_vectors_", (None if wide is None else total, wide))
    for name in ("_intercept_", "intercept_"):
        fields.read_finite(name, (pairs,))
    sizes = [len(fields.read_finite(name, (None,))) for name in ("_probA", "_probB")]
    fields.require(sizes in ([0, 0], [pairs, pairs]), f"none or {pairs} of _probA and _probB", sizes)
    fields.read_number("_gamma", 0)
    fields.read_number("coef0")
    fields.read_integer("degree", 0)
    fields.require(isinstance(fields.get("_sparse"), bool), "_sparse as true or false", fields.get("_sparse"))


def check_regression(fields: Fields) -> None:
    """Check support vectors [V, D], dual coefficients [1, V] and the intercept."""
    if not callable(fields.get("kernel")):
        fields.read_choice("kernel", _KERNELS)
    rows, total = fields.read_integer_pair("shape_fit_")[0], len(np.ravel(fields.get("support_")))
    fields.read_indices("support_", (total,), rows)
    # LIBSVM reads as many coefficients as the first number says.
    counts = fields.read_array("_n_support", (None,), kinds="i")
    fields.require(len(counts) > 0 and (counts == total).all(), f"_n_support of {total}", counts)
    for name in ("_dual_coef_", "dual_coef_"):
        _check_matrix(fields, name, (1, total))
    wide = None if callable(fields.get("kernel")) else fields.features
    _check_matrix(fields, "support_vectors_", (None if wide is None else total, wide))
    for name in ("_intercept_", "intercept_"):
        fields.read_finite(name, (1,))
    fields.read_number("_gamma", 0)
    fields.read_number("coef0")
    fields.read_integer("degree", 0)
    fields.require(isinstance(fields.get("_sparse"), bool), "_sparse as true or false", fields.get("_sparse"))


def _check_matrix(fields: Fields, name: str, shape: tuple[int | None, int | None]) -> None:
    """Check a dense matrix, or a sparse one and its indices."""
    value: Any = fields.get(name)
    if not hasattr(value, "indptr"):
        array = fields.read_finite(name, shape)
        fields.require(not fields.get("_sparse"), f"a sparse {name}", "a dense one")
        # LIBSVM gets an address, and takes the rows to lie behind each other.
        fields.require(array.dtype == np.float64, f"{name} as float64", array.dtype)
        return
    fields.require(fields.get("_sparse") and value.format == "csr", f"a dense {name}", f"a matrix of {value.format}")
    fields.require(
        all(wanted in {None, size} for wanted, size in zip(shape, value.shape, strict=True)),
        f"{name} {list(shape)}",
        list(value.shape),
    )
    try:
        value.check_format(full_check=True)
    except (ValueError, TypeError, IndexError) as error:
        fields.fail(f"a sound sparse {name}", error)
    fields.require(np.isfinite(value.data).all(), f"finite {name}", "NaN or infinity")
    fields.require(value.data.dtype == np.float64, f"{name} as float64", value.data.dtype)
