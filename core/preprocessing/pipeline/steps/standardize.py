"""Standardize: each image by its own mean and deviation."""

from __future__ import annotations

import math

from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T

# Of ImageDataGenerator's samplewise_std_normalization.
_KERAS_EPSILON = 1e-6


def standardize(ops: Ops[T], values: T, options: Options, shape: Shape) -> T:
    """Standardize values [N, *shape], all channels of an image together.

    `tf.image.per_image_standardization` divides by max(deviation, 1 / sqrt(number of values)); Keras'
    ImageDataGenerator (`samplewise_center`, `samplewise_std_normalization`) by deviation + 1e-6.
    """
    count = math.prod(shape)
    rows = ops.reshape(values, (-1, shape.height, shape.width * shape.depth))
    centered = rows - _compute_mean(ops, rows, count)
    deviation = ops.sqrt(_compute_mean(ops, centered * centered, count))
    if options["like"] == "tensorflow":
        divisor = ops.maximum(deviation, ops.constant(1.0 / math.sqrt(count)))
    else:
        divisor = deviation + ops.constant(_KERAS_EPSILON)
    return ops.reshape(centered / divisor, (-1, *shape))


def _compute_mean(ops: Ops[T], rows: T, count: int) -> T:
    """Compute the mean of each image's rows [N, height, M], [N, 1, 1]; over the rows' sums in double-float numbers."""
    total = ops.sum(ops.to_double_float(ops.sum(rows, 2)), 1)
    return ops.to_float32(total) * ops.constant(1.0 / count)


STEP = StepKind(
    name="standardize",
    description="each image by its own mean and deviation, over all its values",
    stage="values",
    keys={
        "like": Key(
            kind="choice",
            choices=("tensorflow", "keras"),
            default="tensorflow",
            description="tf.image.per_image_standardization, or ImageDataGenerator's samplewise_center with "
            "samplewise_std_normalization",
        )
    },
    apply=standardize,
)
