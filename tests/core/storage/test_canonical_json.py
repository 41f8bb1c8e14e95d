"""The digest of a JSON value is the same in Python and JavaScript, whatever its formatting."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webparity.parity.drivers.node import find_node
from webparity.storage.canonical_json import digest_canonical_json, parse_json
from webparity.storage.json_document import encode_json_document

WEB = Path(__file__).parents[3] / "web"
# Reads a JSON text a line, each in a string of its own, and answers with the digest that the page would compute.
SCRIPT = """
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const text = canonicalize(JSON.parse(JSON.parse(line)));
  console.log(createHash('sha256').update(text).digest('hex'));
}
"""
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def in_node() -> Iterator[Callable[[bytes], str]]:
    node = find_node()
    assert node is not None
    command = [node, "--input-type=module", "--eval", SCRIPT]
    with subprocess.Popen(command, cwd=WEB, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin, process.stdout

        def digest_rfc8785(data: bytes) -> str:
            into.write(json.dumps(data.decode()) + "\n")
            into.flush()
            return out.readline().strip()

        yield digest_rfc8785
        into.close()


@pytest.mark.slow
@settings(max_examples=400)
@given(value=VALUES)
def test_python_and_node_find_one_digest(in_node: Callable[[bytes], str], value: Any) -> None:
    data = encode_json_document(value)
    digest = digest_canonical_json(parse_json(data))
    assert in_node(data) == digest
    # Another way to write the same value changes nothing.
    assert digest_canonical_json(parse_json(json.dumps(value, sort_keys=True).encode())) == digest


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ['{"a": -0.0}', "[1.0, 1, 1e0]", "[1e21, 1e-7, 5e-324]", '{"\\ud83d\\ude00": 1, "\\ue000": 2}', "[1E2]"]
)
def test_the_hard_cases_of_the_rfc(in_node: Callable[[bytes], str], text: str) -> None:
    assert in_node(text.encode()) == digest_canonical_json(parse_json(text.encode()))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1, "a": 1}',
        b'{"b": [{"a": 1, "\\u0061": 2}]}',
        b"\xef\xbb\xbf{}",
        '{"a": "é"}'.encode("latin-1"),
        "{}".encode("utf-16"),
        b"[NaN]",
        b"[Infinity]",
        b"",
        b"[" + b"1" * 5000 + b"]",
    ],
)
def test_json_that_parsers_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several kinds, all of which name their reason
        parse_json(data)


@pytest.mark.parametrize("value", [2**53, -(2**53), float("inf"), float("nan"), "\ud800", {"\udfff": 1}])
def test_a_value_without_canonical_form_has_no_digest(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        digest_canonical_json([value])
