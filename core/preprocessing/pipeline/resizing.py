"""The resize of a pipeline: which function computes it, and how the image is mapped onto the output."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import UsageError
from webparity.preprocessing.geometry import (
    Arrangement,
    Color,
    arrange_whole,
    crop_to_aspect,
    make_centred_window,
    pad_to_aspect,
    scale_length,
)
from webparity.preprocessing.integers import split_bits
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import Fit, Library, ResizeFunction
from webparity.preprocessing.pipeline.kinds import Options
from webparity.preprocessing.pipeline.placing import make_color
from webparity.tensor_ops.ops import Ops, T

# Whose functions resize: torchvision's transforms call Pillow, Keras calls TensorFlow.
LIBRARIES: Final[dict[str, Library | None]] = {
    "own": None,
    "pillow": "pillow",
    "torchvision": "pillow",
    "opencv": "opencv",
    "tensorflow": "tensorflow",
    "keras": "tensorflow",
}
_ANTIALIASED: Final = frozenset({None, "pillow"})


def find_resize_function(options: Options) -> ResizeFunction:
    """Find the function of `method`, `like` and `antialias`.

    Raises:
        UsageError: that library has no such resize.
    """
    method, like = options["method"], options["like"]
    library = LIBRARIES[like]
    interpolation = INTERPOLATIONS[method]
    if library not in interpolation.resize:
        known = [name for name, each in INTERPOLATIONS.items() if library in each.resize]
        raise UsageError(
            f"Expected `resize.method` of {', '.join(known)} with like = {like!r}; received {method!r}. "
            "Choose one of these."
        )
    plain = interpolation.resize[library]
    wanted = options.get("antialias")
    if wanted is None or method in {"nearest", "area"} or wanted == (library in _ANTIALIASED):
        return plain
    if wanted and library in interpolation.antialiased:
        return interpolation.antialiased[library]
    if not wanted and library is None:
        return INTERPOLATIONS[method].resize["tensorflow"]
    raise UsageError(
        f"Expected `resize.antialias` to be {str(not wanted).lower()} with like = {like!r}; received "
        f"{str(wanted).lower()}. {like} has no such resize: leave it out."
    )


def arrange(ops: Ops[T], image: T, resize: Options, window: Options | None, color: Color) -> Arrangement:
    """Map images onto the output of a resize, or of a crop or pad behind it where the image decides its size.

    Args:
        ops: the adapter.
        image: uint8 [N, H, W, 3].
        resize: options of the step `resize`.
        window: options of the step behind a resize to the shorter side or by a factor.
        color: around the image.
    """
    if window is None:
        return arrange_fit(
            ops, image, FITS[resize["fit"]], (resize["height"], resize["width"]), (resize["like"], color)
        )
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    if "shorter" in resize:
        side = ops.constant(float(resize["shorter"]))
        tall = ops.greater_equal(rows, columns)
        long_rows, long_columns = (
            scale_length(ops, length, side, other) for length, other in ((rows, columns), (columns, rows))
        )
        full_rows = side + (long_rows - side) * tall
        full_columns = long_columns + (side - long_columns) * tall
    else:
        nearest = resize["like"] == "opencv"
        full_rows, full_columns = (_multiply(ops, each, resize["factor"], nearest=nearest) for each in (rows, columns))
    manner = window.get("like", "keras")
    return Arrangement(
        image,
        make_centred_window(ops, window["height"], full_rows, manner),
        make_centred_window(ops, window["width"], full_columns, manner),
    )


def arrange_fit(ops: Ops[T], image: T, fit: Fit, size: tuple[int, int], how: tuple[str, Color]) -> Arrangement:
    """Map images onto an output of a known size by a fit; `how` is the library that is followed, and the color."""
    if fit.arrange is not None:
        return fit.arrange(ops, image, size, *how)
    return arrange_whole(fit.select(ops, image, *size) if fit.select else image, *size)


def prepare_image(ops: Ops[T], image: T, name: str, options: Options) -> T:
    """Apply a crop or pad before the resize: to a square."""
    if name == "crop":
        return crop_to_aspect(ops, image, 1, 1)
    return pad_to_aspect(ops, image, 1, 1, make_color(options, 3))


# How far a product may be from a whole number, or from the middle of two, to be looked at.
_GUARD: Final = 2.0**-10
_MAX_SIDE: Final = 16384


def _multiply(ops: Ops[T], length: T, factor: float, *, nearest: bool) -> T:
    """Compute int(length * factor), or with `nearest` round(length * factor), of float64 numbers, at least 1."""
    product = ops.to_double_float(length) * ops.double_float_constant(factor)
    whole, share = _split_product(ops, product)
    if nearest:
        odd = whole - split_bits(ops, whole, 1)[0] * 2.0
        scaled = whole + ops.greater_equal(share + odd * (2 * _GUARD), ops.constant(0.5 + _GUARD))
    else:
        scaled = whole + ops.greater_equal(share, ops.constant(1.0 - _GUARD))
    for change, lengths in _find_exceptions(factor, nearest=nearest).items():
        if lengths.size:
            apart = ops.minimum(ops.abs(ops.constant(lengths) - length), ops.constant(1.0))
            scaled = scaled + ops.reshape(1.0 - (0.0 - ops.max(0.0 - apart, -1)), (1,)) * float(change)
    return ops.maximum(ops.reshape(scaled, ()), ops.constant(1.0))


def _split_product(ops: Ops[T], product: Any) -> tuple[T, T]:
    whole = ops.floor(ops.to_float32(product))
    share = ops.to_float32(product - ops.to_double_float(whole))
    below = 1.0 - ops.greater_equal(share, ops.constant(0.0))
    return whole - below, share + below


@lru_cache(maxsize=64)
def _find_exceptions(factor: float, *, nearest: bool) -> dict[int, NDArray[np.float64]]:
    """Find the lengths whose product's own rounding to float64 decides otherwise, by how much the result changes."""
    lengths = np.arange(1.0, _MAX_SIDE + 1)
    products = lengths * factor
    whole = np.floor(products)
    share = products - whole
    if nearest:
        scaled, wanted = whole + (share + whole % 2 * (2 * _GUARD) >= 0.5 + _GUARD), np.rint(products)
    else:
        scaled, wanted = whole + (share >= 1 - _GUARD), whole
    return {change: lengths[wanted - scaled == change] for change in (-1, 1)}
