"""Errors a user can act on.

WebparityError
├── UsageError            wrong use of a command or function
├── DatasetError          training data missing or unusable
├── DecodeError           an image file the decode contract refuses
├── UnsupportedModelError a model that cannot be exported
├── ExportError           an export that failed its own check
├── BundleError           a bundle missing, damaged or of another format
├── RuntimeUnavailable    a runtime that cannot be reached here
└── ParityError           results outside the tolerance table

Every message states the rule, then what was received, then the fix. It is one line, whatever names it holds.
"""

from __future__ import annotations

from webparity.text.visible import escape_invisible


class WebparityError(Exception):
    """The root of every error that webparity raises on purpose."""

    exit_code = 2

    def __str__(self) -> str:
        """The message, with control characters of names and of libraries' messages as escapes."""
        return escape_invisible(super().__str__())


class UsageError(WebparityError):
    """Wrong use of a command or a function."""


class DatasetError(WebparityError):
    """Training data that are missing or unusable."""


class DecodeError(WebparityError):
    """An image file that the decode contract refuses.

    Attributes:
        code: the contract's refusal code, the same in Python and TypeScript
            (`format`, `empty`, `cmyk`, `truncated`, `corrupt`, `too-large`, `unsupported`).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnsupportedModelError(WebparityError):
    """A model that cannot be exported."""


class ExportError(WebparityError):
    """An export that failed its own check."""


class BundleError(WebparityError):
    """A bundle that is missing, damaged or of another format."""


class RuntimeUnavailable(WebparityError):  # noqa: N818 - the design's name: it is a state, not a fault
    """A runtime that cannot be reached on this machine."""

    exit_code = 3


class ParityError(WebparityError):
    """Results outside the tolerance table."""

    exit_code = 1
