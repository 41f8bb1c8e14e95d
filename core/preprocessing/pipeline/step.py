"""One step of a pipeline: its name and its options, as a preprocessing file and the manifest hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from webparity.errors import UsageError
from webparity.preprocessing.validation import format_value

OptionValue = bool | int | float | str | list[float]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of a pipeline.

    Attributes:
        step: its name, one of the files in `steps/`.
        options: its options by name; `check_steps` fills in those with a default.

    Examples:
        >>> Step(step="resize", options={"method": "bicubic", "like": "pillow", "height": 224, "width": 224})
    """

    step: str
    options: dict[str, OptionValue] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(json.dumps([self.step, self.options], sort_keys=True, default=str))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore what skops or pickle saved."""
        made = make_step({"step": state.get("step"), **state.get("options", {})})
        object.__setattr__(self, "step", made.step)
        object.__setattr__(self, "options", made.options)

    @classmethod
    def from_keys(cls, step: str, **options: Any) -> Self:
        """Make a step of keywords."""
        return cls(step=step, options={name: _simplify(value) for name, value in options.items()})


def make_step(keys: object) -> Step:
    """Make a step of a Step, or of a table with `step` and options beside it, as in TOML.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(keys, Step):
        return keys
    if not isinstance(keys, Mapping) or not isinstance(keys.get("step"), str):
        raise UsageError(
            f'Expected a step as a table with its name, such as step = "resize"; received {format_value(keys)}. '
            "Name the step."
        )
    return Step.from_keys(keys["step"], **{str(name): value for name, value in keys.items() if name != "step"})


def _simplify(value: Any) -> Any:
    """Turn arrays, tuples and NumPy's numbers into what JSON has."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (np.ndarray, Sequence)) and not isinstance(value, (str, bytes)):
        return [_simplify(each) for each in value]
    return value
