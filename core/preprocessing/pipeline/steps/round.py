"""Round: grey levels to whole ones, as a conversion to bytes does."""

from __future__ import annotations

from webparity.preprocessing.integers import clamp
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T


def round_levels(ops: Ops[T], pixels: T, options: Options, _shape: Shape) -> T:
    """Round pixels [N, *shape] to bytes."""
    raised = pixels + 0.5 if options["to"] == "nearest" else pixels
    return clamp(ops, ops.floor(raised), ops.constant(255.0))


STEP = StepKind(
    name="round",
    description="whole grey levels from 0 to 255, as a conversion to bytes gives them",
    stage="levels",
    keys={
        "to": Key(
            kind="choice",
            choices=("down", "nearest"),
            default="down",
            description="down, as astype('uint8') does, or to the nearest, halves up",
        )
    },
    apply=round_levels,
)
