"""Normalize: less the mean of each channel, divided by its deviation."""

from __future__ import annotations

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.preprocessing.validation import format_value
from webparity.tensor_ops.ops import Ops, T


def normalize(ops: Ops[T], values: T, options: Options, _shape: Shape) -> T:
    """Compute (values - mean) / std of each channel."""
    if "mean" in options:
        values = values - ops.constant(np.array(options["mean"]))
    if "std" in options:
        values = values / ops.constant(np.array(options["std"]))
    return values


def _check(options: Options) -> None:
    if min(options.get("std", [1.0])) <= 0:
        raise UsageError(
            f"Expected positive numbers for `normalize.std`; received {format_value(options['std'])}. "
            "Give each channel's deviation."
        )


def _reshape(options: Options, shape: Shape) -> Shape:
    for name in ("mean", "std"):
        if len(options.get(name, ())) not in {0, 1, shape.depth}:
            raise UsageError(
                f"Expected {shape.depth} numbers for `normalize.{name}`, one per channel, or 1; received "
                f"{len(options[name])}. Give {shape.depth}."
            )
    return shape


STEP = StepKind(
    name="normalize",
    description="less `mean`, divided by `std`, of each channel",
    stage="values",
    keys={
        "mean": Key(kind="numbers", description="one number per channel, of values after `scale`"),
        "std": Key(kind="numbers", description="one number per channel, of values after `scale`"),
    },
    apply=normalize,
    reshape=_reshape,
    check=_check,
)
