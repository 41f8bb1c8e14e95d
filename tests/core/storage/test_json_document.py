"""JSON documents and schemas: the same bytes every time, whatever the Python version."""

from __future__ import annotations

import msgspec

from webparity.storage.json_document import encode_json_document, encode_sorted_json_document, generate_json_schema


class Inner(msgspec.Struct):
    """A part.

    Indented by the source alone.
    """

    size: int


class Outer(msgspec.Struct):
    """The document."""

    inner: Inner


def test_documents_are_readable_and_sorted_on_request() -> None:
    assert encode_json_document({"b": 1, "a": 2}) == b'{\n  "b": 1,\n  "a": 2\n}\n'
    assert encode_sorted_json_document({"b": 1, "a": 2}) == b'{\n  "a": 2,\n  "b": 1\n}\n'


def test_descriptions_in_a_schema_do_not_depend_on_the_indentation_of_the_source() -> None:
    # Python 3.13 and later strip what earlier versions keep.
    Inner.__doc__ = "A part.\n\n        Indented by the source alone.\n    "
    schema = generate_json_schema(Outer, "documents")
    assert schema["title"] == "documents"
    assert schema["$defs"]["Inner"]["description"] == "A part.\n\nIndented by the source alone."
