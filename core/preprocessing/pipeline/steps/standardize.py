"""Standardize: each image by its own mean and deviation."""

from __future__ import annotations

import math

import numpy as np

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
    flat = ops.reshape(values, (-1, count, 1))
    mean = ops.sum(flat, 1) * ops.constant(1.0 / count)
    centered = flat - mean
    deviation = ops.sqrt(ops.sum(centered * centered, 1) * ops.constant(1.0 / count))
    if options["like"] == "tensorflow":
        divisor = ops.maximum(deviation, ops.constant(np.array(1.0 / math.sqrt(count))))
    else:
        divisor = deviation + ops.constant(_KERAS_EPSILON)
    return ops.reshape(centered / divisor, (-1, *shape))


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
