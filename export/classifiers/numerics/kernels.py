"""Kernels of rows with points, of support vector machines and of kernel approximations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.numerics.distances import (
    compute_manhattan_distances_in_double_float,
    compute_squared_distances,
    compute_squared_distances_in_double_float,
    normalize_rows,
)
from webparity.export.classifiers.numerics.double_float_functions import tanh
from webparity.models import refusals
from webparity.tensor_ops.ops import T


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """A kernel and its parameters, by scikit-learn's names.

    Attributes:
        name: linear, rbf, poly, polynomial, sigmoid, laplacian or cosine.
        gamma: factor of products and distances.
        coef0: what is added to products.
        degree: exponent of the polynomial.
    """

    name: str
    gamma: float
    coef0: float
    degree: int


def compute_kernel(features: Features[T], points: NDArray[Any], kernel: Kernel, *, exact: bool) -> T:
    """Compute the kernel of each row with each point.

    Args:
        features: the rows, [N, D].
        points: [P, D].
        kernel: which one.
        exact: all of it in double-float, and not only the sums that cancel.

    Returns:
        Double-float [N, P].

    Raises:
        UnsupportedModelError: another kernel.
    """
    if kernel.name not in _COMPUTE:
        raise refusals.KERNEL(kernel.name)
    computed: T = _COMPUTE[kernel.name](features, points, kernel, exact)
    return computed


def _compute_gaussian(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    from webparity.tensor_ops.tracers.to_program import ProgramOps

    ops = features.ops
    if exact or isinstance(ops, ProgramOps):
        squares = compute_squared_distances_in_double_float(ops, features.exact, points)
        return ops.exp(squares * ops.double_float_constant(-kernel.gamma))
    return ops.to_double_float(
        ops.exp(compute_squared_distances(ops, features.values, points) * ops.constant(-kernel.gamma))
    )


def _compute_polynomial(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    del exact
    base = _multiply(features, points, kernel.gamma) + features.ops.double_float_constant(kernel.coef0)
    power = base
    for _ in range(kernel.degree - 1):
        power = power * base
    return power if kernel.degree else base * 0.0 + 1.0


def _compute_sigmoid(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    ops = features.ops
    products = _multiply(features, points, kernel.gamma) + ops.double_float_constant(kernel.coef0)
    return tanh(ops, products) if exact else ops.to_double_float(ops.tanh(ops.to_float32(products)))


def _compute_linear(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    del kernel, exact
    return _multiply(features, points, 1.0)


def _compute_cosine(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    del kernel, exact
    ops, lengths = features.ops, np.linalg.norm(points.astype(np.float64), axis=1, keepdims=True)
    directions = points / np.where(lengths == 0, 1.0, lengths)
    return ops.matmul(normalize_rows(ops, features.exact), ops.double_float_constant(directions.T))


def _compute_laplacian(features: Features[T], points: NDArray[Any], kernel: Kernel, exact: bool) -> T:
    del exact
    ops = features.ops
    distances = compute_manhattan_distances_in_double_float(ops, features.exact, points)
    return ops.exp(distances * ops.double_float_constant(-kernel.gamma))


def _multiply(features: Features[T], points: NDArray[Any], gamma: float) -> T:
    return features.ops.matmul(features.exact, features.ops.double_float_constant(gamma * points.astype(np.float64).T))


_COMPUTE: Final[Mapping[str, Callable[[Any, NDArray[Any], Kernel, bool], Any]]] = {
    "cosine": _compute_cosine,
    "laplacian": _compute_laplacian,
    "linear": _compute_linear,
    "poly": _compute_polynomial,
    "polynomial": _compute_polynomial,
    "rbf": _compute_gaussian,
    "sigmoid": _compute_sigmoid,
}
