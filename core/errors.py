"""The exception tree: errors that a user can act on. Each is also the built-in error that a Python program would catch.

WebparityError
├── UsageError (ValueError)              wrong use of a command or function
│   └── MissingFileError (FileNotFoundError)
├── DatasetError (ValueError)            training data missing or unusable
│   └── MissingDatasetError (FileNotFoundError)
├── DecodeError (ValueError)             an image file that the decode contract refuses
├── UnsupportedModelError (ValueError)   a model that cannot be exported, or is refused as unsafe
├── ExportError (RuntimeError)           an export that failed its own check
├── BundleError (ValueError)             a bundle that is damaged or of another format
│   └── MissingBundleError (FileNotFoundError)
├── RuntimeUnavailable (RuntimeError)    a runtime that cannot be reached here
│   └── MissingPackageError (ImportError)
└── ParityError (AssertionError)         results outside the tolerance table

Every message states the rule, then what was received, then the fix. It is one line, whatever names it holds.

A block of `except ValueError`, `except OSError` or the like that calls functions of ours therefore comes after
`except WebparityError: raise`.
"""

from __future__ import annotations

from webparity.text.visible import escape_invisible


class WebparityError(Exception):
    """The root of every error that webparity raises on purpose.

    Attributes:
        exit_code: what a command exits with after it.
    """

    exit_code = 2

    def __str__(self) -> str:
        """The message, with control characters of names and of libraries' messages as escapes."""
        return escape_invisible(super().__str__())


class UsageError(WebparityError, ValueError):
    """Wrong use of a command or a function."""


class MissingFileError(UsageError, FileNotFoundError):
    """A file or folder that was given and does not exist; `errno` and `filename` are not set."""


class DatasetError(WebparityError, ValueError):
    """Training data that are missing or unusable."""


class MissingDatasetError(DatasetError, FileNotFoundError):
    """Training data that are not where they should be; `errno` and `filename` are not set."""


class DecodeError(WebparityError, ValueError):
    """An image file that the decode contract refuses.

    Attributes:
        code: the contract's refusal code, the same in Python and TypeScript
            (`empty`, `format`, `truncated`, `corrupt`, `too-large`, `unsupported`, `too-much-work`, `out-of-memory`).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnsupportedModelError(WebparityError, ValueError):
    """A model that cannot be exported, or whose file is refused as damaged or unsafe."""


class ExportError(WebparityError, RuntimeError):
    """An export that failed its own check."""


class BundleError(WebparityError, ValueError):
    """A bundle that is missing, damaged or of another format."""


class MissingBundleError(BundleError, FileNotFoundError):
    """A folder without a bundle; `errno` and `filename` are not set."""


class RuntimeUnavailable(WebparityError, RuntimeError):
    """A runtime that cannot be reached on this machine."""

    exit_code = 3


class MissingPackageError(RuntimeUnavailable, ImportError):
    """A Python package that is needed and not installed; `name` and `path` are not set."""


class ParityError(WebparityError, AssertionError):
    """Results outside the tolerance table: a test that raises it has failed."""

    exit_code = 1


def make_file_error(message: str, cause: Exception) -> UsageError:
    """Make the error for a file that cannot be read.

    Args:
        message: of the error.
        cause: what was raised when the file was opened or read.

    Returns:
        A `MissingFileError` where the cause is a missing file, otherwise a `UsageError`.
    """
    return MissingFileError(message) if isinstance(cause, FileNotFoundError) else UsageError(message)
