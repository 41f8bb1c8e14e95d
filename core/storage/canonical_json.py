"""Canonical JSON (RFC 8785) and its digest, the same in Python, Node and browsers."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

import rfc8785


def parse_json(data: bytes) -> Any:
    """Parse UTF-8 JSON strictly: every parser that accepts it reads the same value.

    Raises:
        ValueError: it is no JSON in UTF-8 without a byte order mark, names a key twice in one object, or holds NaN or
            infinity.
        RecursionError: it is nested too deeply.
    """
    return json.loads(data.decode("utf-8"), object_pairs_hook=_build_object, parse_constant=_refuse_constant)


def digest_canonical_json(value: Any) -> str:
    """SHA-256 of a JSON value's canonical form, as lower-case hexadecimal digits.

    Args:
        value: dicts, lists, strings, finite numbers, booleans and None.

    Raises:
        ValueError: a number is infinite, NaN, or an integer beyond 2**53 - 1; or a string is not Unicode text.
    """
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} appears twice in one object")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
