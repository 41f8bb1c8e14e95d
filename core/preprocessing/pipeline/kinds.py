"""The type of a step's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from webparity.preprocessing.pipeline.keys import Key
from webparity.tensor_ops.ops import Ops

Stage = Literal["image", "color", "resize", "levels", "values"]
Options = Mapping[str, Any]


class Shape(NamedTuple):
    """Shape of the pixels between two steps: height, width and channels."""

    height: int
    width: int
    depth: int


# Of an adapter, real pixels or values [N, height, width, depth], the options and the shape, to the same of the shape
# that `reshape` says.
ApplyFunction = Callable[[Ops[Any], Any, Options, Shape], Any]


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """A kind of steps.

    Attributes:
        name: its name in `step`.
        description: what it does, as a clause for messages and references.
        keys: its options.
        stage: `color`, `resize` and `image` are put together by `plan.py`: they act while images have any size.
            `levels` steps act on grey levels of the model's size, `values` steps on what a model takes.
        apply: what a step of the last two stages computes.
        reshape: the shape that it gives; without, its input's. It may raise UsageError.
        check: checks options together; it may raise UsageError.
    """

    name: str
    description: str
    keys: Mapping[str, Key]
    stage: Stage
    apply: ApplyFunction | None = None
    reshape: Callable[[Options, Shape], Shape] | None = None
    check: Callable[[Options], None] | None = None
