"""Top-left crop: the largest part with the output's aspect ratio, from the image's top left corner."""

from __future__ import annotations

from webparity.preprocessing.integers import divide
from webparity.preprocessing.methods import Fit
from webparity.tensor_ops.ops import Ops, T


def select_top_left(ops: Ops[T], image: T, height: int, width: int) -> T:
    """Cut uint8 [N, H, W, 3] to the largest [N, H', W', 3] of the output's aspect ratio."""
    rows, columns = ops.size(image, 1), ops.size(image, 2)
    most_rows, _ = divide(ops, columns * float(height), ops.constant(float(width)))
    most_columns, _ = divide(ops, rows * float(width), ops.constant(float(height)))
    one = ops.constant(1.0)
    image = ops.take(image, ops.arange(ops.minimum(rows, ops.maximum(most_rows, one))), 1)
    return ops.take(image, ops.arange(ops.minimum(columns, ops.maximum(most_columns, one))), 2)


FIT = Fit(
    name="example",
    description="the largest part with the output's aspect ratio, from the top left corner, is mapped onto the output",
    select=select_top_left,
)
