"""Keys of a step: what values each may have, and messages that name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from webparity.errors import UsageError
from webparity.preprocessing.validation import format_value, require_choice, require_integer, require_number

Kind = Literal["integer", "number", "numbers", "choice", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of a step.

    Attributes:
        kind: the type of its values.
        description: what it says, as a clause for the reference of steps.
        default: its value where it is left out; None: it has none.
        required: whether it must be given.
        least: the smallest number.
        most: the largest number.
        choices: the values of a choice.
        lengths: how many numbers a list may have.
    """

    kind: Kind
    description: str
    default: Any = None
    required: bool = False
    least: float = float("-inf")
    most: float = float("inf")
    choices: Sequence[str] = ()
    lengths: Sequence[int] = (1, 3)

    def check(self, where: str, value: Any) -> Any:
        """Return the value, checked; `where` names the key, such as `resize.height`.

        Raises:
            UsageError: it is no value of this key; the message says which are.
        """
        if self.kind == "choice":
            return require_choice(where, value, self.choices)
        if self.kind == "boolean":
            if isinstance(value, bool):
                return value
            raise UsageError(f"Expected `{where}` to be true or false; received {format_value(value)}. Choose one.")
        if self.kind == "numbers":
            return self._check_numbers(where, value)
        if self.kind == "integer":
            value = require_integer(where, value, f"from {self.least:g} to {self.most:g}")
        return self._check_range(where, value)

    def _check_numbers(self, where: str, value: Any) -> list[float]:
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) in self.lengths:
            return [self._check_range(where, each) for each in value]
        known = " or ".join(map(str, self.lengths))
        raise UsageError(
            f"Expected a list of {known} numbers for `{where}`; received {format_value(value)}. Give one per channel."
        )

    def _check_range(self, where: str, value: Any) -> Any:
        number = value if self.kind == "integer" else require_number(where, value)
        if not self.least <= number <= self.most:
            raise UsageError(
                f"Expected `{where}` from {self.least:g} to {self.most:g}; received {format_value(value)}. "
                "Give a number in that range."
            )
        return number

    def describe_values(self) -> str:
        """Describe the values for a reference."""
        if self.kind == "choice":
            return " | ".join(f'"{choice}"' for choice in self.choices)
        if self.kind == "boolean":
            return "true | false"
        bounds = [f"{bound:g}" for bound in (self.least, self.most) if abs(bound) != float("inf")]
        span = f" {bounds[0]} to {bounds[1]}" if len(bounds) == 2 else f" from {bounds[0]}" if bounds else ""
        noun = {"integer": "whole number", "number": "number", "numbers": "list of numbers"}[self.kind]
        return noun + span
