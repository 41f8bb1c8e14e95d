"""Options whose values are no list: a number in a range, an image size, a regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

from webparity.errors import UsageError
from webparity.train.recipes.recipe import Option, Value

MIN_SIDE, MAX_SIDE = 8, 512
_SIZE = re.compile(r"(\d{1,9})(?:x(\d{1,9}))?")


@dataclass(frozen=True, kw_only=True)
class NumberOption(Option):
    """A number in a range; a whole one if the default is.

    Attributes:
        low: the least value.
        high: the largest value.
    """

    low: float
    high: float

    def read(self, given: Value) -> Value:
        """Convert text or a number to a number within the range.

        Raises:
            UsageError: it is none, or is out of range.
        """
        whole = isinstance(self.default, int)
        try:
            value = int(str(given)) if whole else float(given)
        except ValueError:
            value = None
        if value is None or not self.low <= value <= self.high:
            raise UsageError(
                f"Expected {self.name} to be a {'whole ' if whole else ''}number from {self.low:g} to {self.high:g}; "
                f"received {given}. Choose one."
            )
        return value

    def describe_values(self) -> str:
        """Describe what may be chosen, the default first."""
        return f"{self.default}, or from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, kw_only=True)
class SizeOption(Option):
    """The size that images are resized to: a side in pixels, or HEIGHTxWIDTH."""

    def read(self, given: Value) -> Value:
        """Convert text or a number to a side, or to `HEIGHTxWIDTH` where the two differ.

        Raises:
            UsageError: it is no size, or is out of range.
        """
        match = _SIZE.fullmatch(str(given).strip().lower())
        height, width = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not all(MIN_SIDE <= side <= MAX_SIDE for side in (height, width)):
            raise UsageError(
                f"Expected {self.name} to be a side, or HEIGHTxWIDTH, of {MIN_SIDE} to {MAX_SIDE} pixels; received "
                f"{given}. Give for example 96 or 96x128."
            )
        return height if height == width else f"{height}x{width}"

    def describe_values(self) -> str:
        """Describe what may be chosen, the default first."""
        return f"{self.default}, or a side or HEIGHTxWIDTH of {MIN_SIDE} to {MAX_SIDE} pixels"


def parse_size(value: Value) -> tuple[int, int]:
    """Return height and width, in pixels, of what a `SizeOption` has read."""
    height, _, width = str(value).partition("x")
    return int(height), int(width or height)


@dataclass(frozen=True, kw_only=True)
class PatternOption(Option):
    """A regular expression, or an empty text for none."""

    default: Value = ""

    def read(self, given: Value) -> Value:
        """Check a regular expression.

        Raises:
            UsageError: it is none.
        """
        try:
            re.compile(str(given))
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(
                f"Expected {self.name} to be a regular expression; received {given!r}: {error}. Write for example "
                "'patient\\d+', and \\( for a bracket."
            ) from error
        return str(given)

    def describe_values(self) -> str:
        """Describe what may be chosen, the default first."""
        return "none, or a regular expression"
