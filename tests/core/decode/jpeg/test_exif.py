from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.decode.jpeg.exif import EXIF_MARK, read_orientation

# One table for both parsers.
CASES = json.loads((Path(__file__).parents[4] / "tests/shared/exif-cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_orientation_of(case: dict[str, str | int]) -> None:
    assert read_orientation(bytes.fromhex(str(case["segment"]))) == case["orientation"]


@given(st.sampled_from([b"II*\x00", b"MM\x00*"]), st.binary(max_size=200))
def test_any_bytes_give_an_orientation(mark: bytes, rest: bytes) -> None:
    assert 1 <= read_orientation(EXIF_MARK + mark + rest) <= 8
