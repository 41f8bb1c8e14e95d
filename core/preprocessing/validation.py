"""Validation of the values of a specification, read from Python, TOML, a manifest or a model file."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Final

import numpy as np

from webparity.errors import UsageError

# The graph computes in float32: beyond these a value would be infinite there, or 0.
_LARGEST: Final = float(np.finfo(np.float32).max)
_SMALLEST: Final = float(np.finfo(np.float32).tiny)
_MAX_CHARACTERS: Final = 80
# Of a model's input, in pixels.
MAX_SIDE: Final = 2048


def require_integer(name: str, value: object, values: str = "") -> int:
    """Return an integer of Python or NumPy as an int.

    Args:
        name: of the key, for a message.
        value: the value.
        values: which ones the key may have, in words for the message, such as "from 1 to 32".

    Raises:
        UsageError: it is something else, such as a bool or 28.0.
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    words = f" {values}" if values else ""
    raise UsageError(f"Expected a whole number{words} for `{name}`; received {format_value(value)}. Give one.")


def require_number(name: str, value: object) -> float:
    """Return a number of Python or NumPy as a float, if float32 holds it and does not round it to 0.

    Raises:
        UsageError: it is something else, such as a bool, text, NaN or infinity.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if number == 0 or _SMALLEST <= abs(number) <= _LARGEST:
            return number
    fix = "Give it as a decimal without quotes, such as 0.5." if isinstance(value, str) else "Give one, such as 0.5."
    raise UsageError(f"Expected a finite number for `{name}` that float32 holds; received {format_value(value)}. {fix}")


def require_numbers(name: str, values: object) -> tuple[float, ...]:
    """Return a sequence of numbers, or an array [C], as a tuple of floats.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(values, np.ndarray) and values.ndim == 1:
        values = list(values)
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes, bytearray)):
        return tuple(require_number(name, value) for value in values)
    raise UsageError(
        f"Expected a list of numbers for `{name}`, one per channel; received {format_value(values)}. "
        "Give one, such as [0.5]."
    )


def require_choice(name: str, value: object, known: Sequence[str]) -> str:
    """Return a value that is one of the known names.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(value, str) and value in known:
        return str(value)
    raise UsageError(
        f"Expected `{name}` to be one of {', '.join(known)}; received {format_value(value)}. Choose one of these."
    )


def format_value(value: object) -> str:
    """Format a value for a message, cut if it is long."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a foreign class may raise anything; an int of 5,000 digits does
        text = f"a {type(value).__name__}"
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"
