"""Metadata that a bundle's reader would refuse is refused before the export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.bundle.names import find_text_fault, make_readable_name
from webparity.errors import UsageError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile
from webparity.storage.canonical_json import digest_canonical_json, parse_json
from webparity.storage.json_document import encode_json_document

GOOD: dict[str, Any] = {"name": "model", "source": b"", "labels": ("a", "b"), "golden": ()}
SURROGATES = st.text(st.characters(), max_size=20)


def make_exportable(**changes: Any) -> Exportable:
    return Exportable(baked=cast("Any", None), **(GOOD | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "name of the model.*empty"),
        ({"name": None}, "NoneType instead of text"),
        ({"labels": ("a", "")}, "labels.*empty"),
        ({"labels": ("a", 3)}, "int instead of text"),
        ({"labels": ("a", "b\0")}, "NUL"),
        ({"labels": ("a", "\ud800")}, "surrogate"),
        ({"labels": ("a", "b" * 1001)}, "1001 characters"),
        ({"golden": (GoldenFile(data=b"", suffix=".png", title="\udcff"),)}, "titles.*surrogate"),
        ({"metrics": {"loss": float("nan")}}, "finite metrics.*nan"),
        ({"metrics": {"loss": float("inf")}}, "inf"),
        ({"metrics": {"loss": "low"}}, "low"),
        ({"metrics": {"": 1.0}}, "with a name"),
        ({"seed": 2**53}, "seed from 0"),
        ({"seed": -1}, "seed from 0"),
        ({"seed": 1.5}, "seed from 0"),
        ({"data": "\ud800"}, "note on the training data"),
    ],
)
def test_metadata_that_no_bundle_can_hold_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        make_exportable(**changes)


def test_numpy_numbers_become_python_numbers() -> None:
    model = make_exportable(labels=np.array(["a", "b"]), metrics={"loss": np.float32(0.5)}, seed=np.int64(3))
    assert (model.labels, model.metrics, model.seed) == (("a", "b"), {"loss": 0.5}, 3)
    assert type(model.seed) is int
    assert type(model.metrics["loss"]) is float


@given(text=SURROGATES)
def test_an_accepted_name_can_be_written_and_read(text: str) -> None:
    if find_text_fault(text) is not None:
        return
    data = encode_json_document({"labels": [text]})
    assert parse_json(data) == {"labels": [text]}
    assert len(digest_canonical_json(parse_json(data))) == 64


def test_a_file_whose_name_is_no_utf8_has_a_name() -> None:
    name = Path("gr\udcf6\udcdfe.png").name
    assert make_readable_name(name) == "gr\ufffd\ufffde.png"
    assert find_text_fault(make_readable_name(name)) is None
    assert make_readable_name("größe.png") == "größe.png"
