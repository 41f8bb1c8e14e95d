"""Frozen dataclasses that check their values: setting a checked value, and restoring what skops or pickle saved."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from webparity.errors import UsageError
from webparity.preprocessing.validation import format_value


def assign(spec: Any, name: str, value: object) -> None:
    """Set a field of a frozen instance."""
    object.__setattr__(spec, name, value)


def restore_state(spec: Any, state: object) -> None:
    """Restore an instance from its fields, with the same checks as a new one.

    Raises:
        UsageError: these are not its fields.
    """
    cls: Any = type(spec)
    known = [field.name for field in fields(cls)]
    needed = [field.name for field in fields(cls) if field.default is field.default_factory is MISSING]
    if not isinstance(state, dict) or set(state) - set(known) or set(needed) - set(state):
        raise UsageError(
            f"Expected the fields of {cls.__name__} ({', '.join(known)}); received {format_value(state)}. "
            "Save the model again."
        )
    spec.__init__(**state)
