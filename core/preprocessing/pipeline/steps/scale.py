"""Scale: grey levels times a factor, plus an offset."""

from __future__ import annotations

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T


def scale(ops: Ops[T], values: T, options: Options, _shape: Shape) -> T:
    """Compute values * factor + offset."""
    values = values * ops.constant(options["factor"])
    return values + ops.constant(np.array(options["offset"])) if options["offset"] else values


def _check(options: Options) -> None:
    if options["factor"] == 0:
        raise UsageError("Expected `scale.factor` other than 0; received 0. Correct it.")


STEP = StepKind(
    name="scale",
    description="grey levels times `factor`, plus `offset`",
    stage="values",
    keys={
        "factor": Key(
            kind="number", default=1 / 255, description="1/255 gives 0 to 1, 1/127.5 with offset -1: -1 to 1"
        ),
        "offset": Key(kind="number", default=0.0, description="added afterwards"),
    },
    apply=scale,
    check=_check,
)
