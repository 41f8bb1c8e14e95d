"""Validation of a bundle's metadata: names, metrics, seed, and the note on the training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Final

from webparity.bundle.names import MAX_CHARACTERS, find_text_fault
from webparity.errors import UsageError

_LARGEST_SEED: Final = 2**53 - 1


def validate_names(name: object, labels: Sequence[object], titles: Sequence[object]) -> None:
    """Refuse a model's name, labels or golden titles that a bundle's reader would refuse.

    Raises:
        UsageError: names the first that is refused.
    """
    for what, values in (("a name of the model", [name]), ("labels", labels), ("titles of golden images", titles)):
        for value in values:
            fault = find_text_fault(value)
            if fault is not None:
                raise UsageError(
                    f"Expected {what} of 1 to {MAX_CHARACTERS} characters; received {fault}. Give another."
                )


def validate_metrics(metrics: Mapping[str, object]) -> dict[str, float]:
    """Return the metrics as Python's numbers.

    Raises:
        UsageError: one is not a finite number, or has no name.
    """
    checked = {}
    for name, value in metrics.items():
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
        if find_text_fault(name) is not None or not isfinite(number):
            raise UsageError(f"Expected finite metrics with a name each; received {name!r}: {value!r}. Leave it out.")
        checked[str(name)] = number
    return checked


def validate_seed(seed: object) -> int | None:
    """Return the seed as Python's integer.

    Raises:
        UsageError: it is not an integer that every JSON parser reads alike.
    """
    if seed is None:
        return None
    if isinstance(seed, Integral) and not isinstance(seed, bool) and 0 <= int(seed) <= _LARGEST_SEED:
        return int(seed)
    raise UsageError(f"Expected a seed from 0 to {_LARGEST_SEED} or None; received {seed!r}. Take a smaller one.")


def validate_note(data: object) -> None:
    """Refuse a note on the training data that is not text.

    Raises:
        UsageError: says what was received.
    """
    fault = None if data == "" else find_text_fault(data, longest=None)
    if fault is not None:
        raise UsageError(f"Expected a note on the training data as text; received {fault}. Correct it.")
