"""Approximations of kernel maps: Nystroem's, and random Fourier features.

Kernels of wide reach hardly change between images, and the scaling or the matrix behind them magnifies what is left.
The last digit that float32 has of a resized pixel then decides, so that both count as discontinuous.
"""

from __future__ import annotations

import numpy as np
from sklearn.kernel_approximation import Nystroem, RBFSampler

from webparity.export.classifiers.features import Features
from webparity.export.classifiers.lowering import DiscontinuousLowering, Family
from webparity.export.classifiers.numerics.double_float_functions import cos
from webparity.export.classifiers.numerics.kernels import Kernel, compute_kernel
from webparity.models import refusals
from webparity.tensor_ops.ops import T


class NystroemMap(DiscontinuousLowering):
    """`Nystroem`: kernels with the points that were drawn, times the root of their inverse matrix."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Multiply kernels."""
        step, ops = self.estimator, features.ops
        if not isinstance(step.kernel, str) or step.kernel_params:
            raise refusals.KERNEL("a function" if not isinstance(step.kernel, str) else "one with kernel_params")
        degree = 3 if step.degree is None else step.degree
        if int(degree) != degree or degree < 0:
            raise refusals.KERNEL(f"{step.kernel} of degree {degree}")
        kernel = Kernel(
            name=step.kernel,
            gamma=1.0 / features.width if step.gamma is None else float(step.gamma),
            coef0=1.0 if step.coef0 is None else float(step.coef0),
            degree=int(degree),
        )
        # The matrix magnifies what nearly equal points leave: float32 kernels would not do.
        kernels = compute_kernel(features, step.components_, kernel, exact=True)
        weights = step.normalization_.astype(np.float64).T
        return features.replace_all(ops.matmul(kernels, ops.double_float_constant(weights)), weights.shape[1])


class RandomFourierFeatures(DiscontinuousLowering):
    """`RBFSampler`: cosines of random projections."""

    def transform(self, features: Features[T]) -> Features[T]:
        """Project and take the cosine."""
        step, ops = self.estimator, features.ops
        angles = ops.matmul(features.exact, ops.double_float_constant(step.random_weights_.astype(np.float64)))
        waves = cos(ops, angles + ops.double_float_constant(step.random_offset_.astype(np.float64)))
        scale = (2.0 / step.n_components) ** 0.5
        return features.replace_all(waves * ops.double_float_constant(scale), step.n_components)


FAMILY = Family(name="kernel approximations", lowerings={Nystroem: NystroemMap, RBFSampler: RandomFourierFeatures})
