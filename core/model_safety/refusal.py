"""The error of all checks of model files."""

from __future__ import annotations

from typing import Final

from webparity.errors import UnsupportedModelError

_FIX: Final = "Save the model again with the library that made it, or do not use this file."


def make_refusal(rule: str, received: str, fix: str = _FIX) -> UnsupportedModelError:
    """Make the error for a file that breaks a rule.

    Args:
        rule: what is expected, such as `a .keras file of at most 4 members`.
        received: what was found in the file instead.
        fix: a sentence on what the user can do.
    """
    return UnsupportedModelError(f"Expected {rule}; received {received}. {fix}")
