"""JSON documents that people may read: one way to write them, the same bytes every time."""

from __future__ import annotations

from typing import Any

import msgspec


def to_document(value: Any) -> bytes:
    """Serialise anything msgspec knows: fields and keys in their own order, two-space indent, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def to_sorted_document(value: Any) -> bytes:
    """The same with the keys of dicts and the members of sets sorted, for values whose order is left to chance."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"
