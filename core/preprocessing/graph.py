"""The preprocessing graph: from decoded RGB8 pixels to a model's input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.geometry import fill_outside
from webparity.preprocessing.hog.descriptor import compute_hog_features
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import PlacedShape
from webparity.preprocessing.pipeline.resizing import arrange_fit
from webparity.preprocessing.pipeline.run import (
    apply_levels,
    apply_values,
    apply_values_in_double_float,
    resize_by_plan,
)
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.ops import Ops, T
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

_BLACK: Final = (0.0,)


def resize_pixels(ops: Ops[T], image: T, spec: Preprocessing) -> T:
    """Compute the `pixels` tap: gray or RGB pixels at the model's size, before normalization.

    Args:
        ops: the adapter.
        image: uint8 [N, H, W, 3], any H and W from 1 to 16384.
        spec: target size and channels.

    Returns:
        Real [N, height, width, depth] in grey levels, 0 to 255; whole ones where `like` is Pillow or OpenCV.
    """
    plan = spec.plan
    if plan is not None:
        return apply_levels(ops, resize_by_plan(ops, image, plan), plan)
    fit, interpolation = FITS[spec.fit], INTERPOLATIONS[spec.resize]
    arrangement = arrange_fit(ops, image, fit, (spec.height, spec.width), (spec.like or "own", _BLACK))
    shape = PlacedShape(arrangement.rows, arrangement.columns, spec.depth)
    resized: T = interpolation.resize[spec.like](ops, arrangement.image, shape)
    if fit.fills:
        resized = fill_outside(ops, resized, arrangement, _BLACK)
    return ops.take(resized, ops.constant(np.array([2.0, 1.0, 0.0])), 3) if spec.channels == "bgr" else resized


def normalize(ops: Ops[T], pixels: T, spec: Preprocessing) -> T:
    """Compute a model's input, real [N, *spec.values_shape]: HOG, or `(pixels * scale + offset - mean) / std`."""
    plan = spec.plan
    if plan is not None:
        return apply_values(ops, pixels, plan)
    if spec.hog is not None:
        return compute_hog_features(ops, pixels, (spec.height, spec.width), spec.hog, spec.scale)
    return _scale_and_standardize(pixels, spec, ops.constant)


def normalize_in_double_float(ops: Ops[T], pixels: T, spec: Preprocessing) -> T:
    """Normalize in double-float arithmetic and round once, as the scikit-learn transformer does in float64."""
    plan = spec.plan
    if plan is not None:
        return apply_values_in_double_float(ops, pixels, plan)
    if spec.hog is not None:
        return compute_hog_features(ops, pixels, (spec.height, spec.width), spec.hog, spec.scale)
    return ops.to_float32(_scale_and_standardize(ops.to_double_float(pixels), spec, ops.double_float_constant))


def _scale_and_standardize(pixels: T, spec: Preprocessing, constant: Callable[[Any], T]) -> T:
    values = pixels * constant(spec.scale)
    if spec.offset:
        values = values + constant(spec.offset)
    if spec.mean is not None:
        values = values - constant(np.array(spec.mean))
    if spec.std is not None:
        values = values / constant(np.array(spec.std))
    return values


def resize_image_in_numpy(image: NDArray[np.uint8], spec: Preprocessing) -> NDArray[np.float64]:
    """Compute the `pixels` tap of one image in NumPy, float64: the reference.

    Args:
        image: uint8 [H, W, 3].
        spec: target size and channels.

    Returns:
        float64 [height, width, depth], grey levels 0 to 255.
    """
    batch: Any = image[np.newaxis]
    pixels: NDArray[np.float64] = resize_pixels(NumpyOps(), batch, spec)[0]
    return pixels
