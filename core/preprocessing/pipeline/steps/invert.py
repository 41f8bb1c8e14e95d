"""Invert: 255 less the grey level."""

from __future__ import annotations

from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.tensor_ops.ops import Ops, T


def invert(ops: Ops[T], pixels: T, _options: Options, _shape: Shape) -> T:
    """Invert pixels [N, *shape]."""
    return ops.constant(255.0) - pixels


STEP = StepKind(name="invert", description="255 less the grey level", stage="levels", keys={}, apply=invert)
