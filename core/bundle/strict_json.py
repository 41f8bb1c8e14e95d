"""Strict reading of a bundle's JSON documents: no key twice, no unknown key, every value of its type."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from webparity.bundle.manifest import FORMAT
from webparity.errors import BundleError, WebparityError
from webparity.storage.canonical_json import parse_json
from webparity.storage.regular_file import MAX_MANIFEST_BYTES, read_regular

T = TypeVar("T")


def read_bytes(file: Path) -> bytes:
    """Read a file.

    Raises:
        BundleError: it cannot be read.
    """
    try:
        return read_regular(file, MAX_MANIFEST_BYTES)
    except OSError as error:
        raise BundleError(f"Expected a readable {file}; received: {error.strerror}. Check its permissions.") from error


def read_json(file: Path) -> Any:
    """Read a file as strict JSON; see `parse_json`.

    Raises:
        BundleError: it cannot be read, or is no such JSON.
    """
    data = read_bytes(file)
    try:
        return parse_json(data)
    except (ValueError, RecursionError) as error:
        raise make_invalid_file_error(file, error) from error


def convert_json_document(document: Any, expected_type: type[T], file: Path) -> T:
    """Read a parsed document of the bundle as a class.

    Raises:
        BundleError: it is of another format or form, or has a key that the class does not know, at any depth.
    """
    try:
        _require_format(document["format"], file)
        value = msgspec.convert(document, expected_type)
        unknown = _find_unknown_key(document, msgspec.to_builtins(value))
    except BundleError:
        raise
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, RecursionError) as error:
        # msgspec wraps a ValueError of a class's own checks.
        if isinstance(error.__cause__, WebparityError):
            raise BundleError(f"{error.__cause__} (Read from {file}.)") from error
        raise make_invalid_file_error(file, error) from error
    if unknown is not None:
        raise make_invalid_file_error(file, f"the unknown key {unknown!r}")
    return value


def _find_unknown_key(document: Any, known: Any) -> str | None:
    """Find the first key of a document that its class does not know."""
    if isinstance(document, dict) and isinstance(known, dict):
        for key, value in document.items():
            if key not in known:
                return str(key)
            found = _find_unknown_key(value, known[key])
            if found is not None:
                return found
    elif isinstance(document, list) and isinstance(known, list):
        return next((found for pair in zip(document, known, strict=True) if (found := _find_unknown_key(*pair))), None)
    return None


def make_invalid_file_error(file: Path, reason: object) -> BundleError:
    """Make the error for a document that is not valid."""
    said = str(reason).replace("\n", " ")[:300]
    return BundleError(f"Expected a valid {file}; received: {said}. Copy or export the bundle again.")


def _require_format(version: object, file: Path) -> None:
    if version != FORMAT or isinstance(version, bool):
        raise BundleError(
            f"Expected format {FORMAT} in {file}; received {version!r}. Use the webparity version that wrote it."
        )
