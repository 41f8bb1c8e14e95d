from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import webparity.bundle.manifest as module
from webparity.bundle.manifest import decode_float32, encode_float32, generate_schema


def test_the_committed_schema_is_the_classes_own() -> None:
    committed = Path(module.__file__).parent / "manifest.schema.json"
    assert committed.read_bytes() == generate_schema(), "write it anew: make generated"


@given(st.lists(st.floats(width=32)))
def test_float32_survives_to_the_bit(values: list[float]) -> None:
    array = np.array(values, dtype=np.float32)
    assert decode_float32(encode_float32(array)).tobytes() == array.tobytes()


def test_float32_is_little_endian() -> None:
    assert encode_float32(np.array([1.0])) == "AACAPw=="
