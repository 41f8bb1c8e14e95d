"""The input of an ONNX file: how preprocessed pixels are laid out for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, TensorProto, ValueInfoProto, helper

from webparity.errors import UsageError
from webparity.model_safety.onnx.shapes import list_inputs, read_shape
from webparity.models import refusals
from webparity.models.onnx.network import Layout
from webparity.preprocessing.spec import Preprocessing

_FLOATS: Final = frozenset({TensorProto.FLOAT, TensorProto.DOUBLE})
_INTEGERS: Final = frozenset({TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32, TensorProto.INT64})
_TO_NCHW: Final = (0, 3, 1, 2)


@dataclass(frozen=True, kw_only=True)
class InputForm:
    """What an ONNX graph takes.

    Attributes:
        name: of the input.
        element_type: ONNX' number of its elements' type.
        shape: of one image, without the images' number.
        batch: how many images it takes at once; None for any number.
        channels_first: whether the values [N, h, w, c] are transposed to [N, c, h, w] before they take that shape.
    """

    name: str
    element_type: int
    shape: tuple[int, ...]
    batch: int | None
    channels_first: bool

    @property
    def takes_integers(self) -> bool:
        """Whether values are rounded to whole numbers."""
        return self.element_type in _INTEGERS

    def arrange(self, values: NDArray[Any]) -> NDArray[Any]:
        """Arrange values [N, *values_shape] as the input takes them, [N, *shape] of its type."""
        moved = values.transpose(_TO_NCHW) if self.channels_first else values
        dtype = helper.tensor_dtype_to_np_dtype(self.element_type)
        if self.element_type == TensorProto.DOUBLE:
            # Values are float32 in every place: thresholds of float64 could tell others apart.
            moved = moved.astype(np.float32)
        if self.takes_integers:
            limits = np.iinfo(dtype)
            moved = np.clip(np.rint(moved), max(limits.min, -(2**31)), min(limits.max, 2**31 - 1))
        return np.ascontiguousarray(moved.reshape(len(moved), *self.shape)).astype(dtype)


def find_input_form(graph: GraphProto, spec: Preprocessing, layout: Layout | None) -> InputForm:
    """Find how the preprocessed pixels go into a graph.

    Args:
        graph: of the file.
        spec: the preprocessing, whose size and channels the input must fit.
        layout: the order of axes that the user named.

    Raises:
        UnsupportedModelError: there are several inputs, or the input does not fit the preprocessing.
        UsageError: the shape leaves the order of axes open, and it was not named; or it was, and does not fit.
    """
    inputs = list_inputs(graph)
    if len(inputs) != 1:
        raise refusals.ONNX_INPUT(f"{len(inputs)}: {', '.join(map(describe_input, inputs[:4]))}")
    (value,) = inputs
    dims = read_shape(value)
    element_type = value.type.tensor_type.elem_type
    if len(dims) < 2 or element_type not in _FLOATS | _INTEGERS:
        raise refusals.ONNX_INPUT(describe_input(value))
    if element_type in _INTEGERS and (spec.scale, spec.offset, spec.mean, spec.std) != (1.0, 0.0, None, None):
        raise refusals.WHOLE_NUMBERS(
            f"{describe_input(value)} with scale={spec.scale}, offset={spec.offset}, mean={spec.mean}, std={spec.std}"
        )
    orders = _find_orders(dims[1:], spec)
    if not orders:
        raise refusals.ONNX_INPUT(f"{describe_input(value)} for {_describe_wanted(spec)}")
    shape, channels_first = _choose_order(orders, layout, describe_input(value))
    return InputForm(
        name=value.name, element_type=element_type, shape=shape, batch=dims[0], channels_first=channels_first
    )


def describe_input(value: ValueInfoProto) -> str:
    """Describe an input by name, type and shape."""
    number = value.type.tensor_type.elem_type
    dtype = TensorProto.DataType.Name(number).lower() if number else "no tensor"
    return f"{value.name!r} {dtype} {['N' if n is None else n for n in read_shape(value)]}".replace("'N'", "N")


def _find_orders(dims: Sequence[int | None], spec: Preprocessing) -> dict[Layout | None, tuple[int, ...]]:
    """Find the orders of axes that an input's shape allows, each with its full shape; None where there is one only."""
    height, width, depth = spec.height, spec.width, spec.depth
    if spec.hog is not None or len(dims) == 1:
        return _find_flat_orders(dims, spec)
    candidates: dict[Layout | None, tuple[int, ...]] = {}
    if len(dims) == 3:
        candidates = {"nchw": (depth, height, width), "nhwc": (height, width, depth)}
    elif len(dims) == 2 and depth == 1:
        candidates = {None: (height, width)}
    return {layout: shape for layout, shape in candidates.items() if _fits(dims, shape)}


def _find_flat_orders(dims: Sequence[int | None], spec: Preprocessing) -> dict[Layout | None, tuple[int, ...]]:
    size = (int(np.prod(spec.values_shape)),)
    if len(dims) != 1 or not _fits(dims, size):
        return {}
    one_order = spec.hog is not None or spec.depth == 1
    return {None: size} if one_order else {"nchw": size, "nhwc": size}


def _fits(dims: Sequence[int | None], shape: Sequence[int]) -> bool:
    return len(dims) == len(shape) and all(n in {None, m} for n, m in zip(dims, shape, strict=True))


def _choose_order(
    orders: dict[Layout | None, tuple[int, ...]], layout: Layout | None, described: str
) -> tuple[tuple[int, ...], bool]:
    if layout is not None and layout not in orders and None not in orders:
        raise UsageError(
            f"Expected a layout that the input can have, {' or '.join(map(str, orders))}; received {layout} for "
            f"{described}. Leave --layout out."
        )
    # One channel, or one row: both orders are the same numbers.
    if layout is None and len(orders) > 1:
        raise UsageError(
            f"Expected --layout for an input whose shape does not tell where the channels are; received {described}. "
            "Give --layout nchw after PyTorch, --layout nhwc after TensorFlow or scikit-learn; from Python, layout=…."
        )
    chosen = layout if layout in orders else next(iter(orders))
    return orders[chosen], chosen == "nchw"


def _describe_wanted(spec: Preprocessing) -> str:
    if spec.hog is not None:
        return f"{spec.values_shape[0]} HOG features"
    return f"{spec.height} x {spec.width} pixels of {spec.depth} channel{'s' if spec.depth > 1 else ''}"
