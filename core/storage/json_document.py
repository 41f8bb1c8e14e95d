"""Readable JSON documents and the JSON Schemas of their classes, the same bytes every time."""

from __future__ import annotations

import inspect
from typing import Any, Literal

import msgspec

from webparity.text.json_text import replace_surrogates


def encode_json_document(value: Any) -> bytes:
    """Serialize a value that msgspec knows: keys in their own order, two-space indent, a newline at the end."""
    return msgspec.json.format(_encode(value), indent=2) + b"\n"


def encode_sorted_json_document(value: Any) -> bytes:
    """Serialize with the keys of dicts and the members of sets sorted, for values without a fixed order."""
    return msgspec.json.format(_encode(value, "deterministic"), indent=2) + b"\n"


def generate_json_schema(struct: type, title: str) -> dict[str, Any]:
    """Generate the JSON Schema of a class; descriptions are docstrings, in the same bytes from every Python version.

    Args:
        struct: the document's class; the classes that it names are defined below `$defs`.
        title: the schema's own title.
    """
    document: dict[str, Any] = msgspec.json.schema(struct)
    document["title"] = title
    for definition in document["$defs"].values():
        # From Python 3.13 on the compiler strips the indentation of docstrings.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    return document


def _encode(value: Any, order: Literal["deterministic"] | None = None) -> bytes:
    try:
        return msgspec.json.encode(value, order=order)
    except UnicodeEncodeError:
        # A file name that is not UTF-8, which UTF-8 cannot carry.
        return msgspec.json.encode(replace_surrogates(msgspec.to_builtins(value, order=order)), order=order)
