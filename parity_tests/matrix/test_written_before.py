"""Bundles that an earlier version wrote pass in every runtime, Node and browsers included."""

from __future__ import annotations

from pathlib import Path

import pytest

from webparity.parity import verify

FOLDER = Path(__file__).parents[2] / "tests" / "data" / "written_before"


# A network and an estimator; trees differ from that in Python only, where `tests/test_written_before.py` has them too.
@pytest.mark.parametrize(
    "name", ["bundle-keras", "bundle-skops", pytest.param("bundle-xgboost", marks=pytest.mark.full)]
)
def test_a_bundle_of_an_earlier_version_passes_in_every_runtime(name: str) -> None:
    report = verify(FOLDER / name, require=["onnxruntime", "@node", "@chromium", "@firefox", "@webkit"])
    report.raise_for_verdict()
    assert report.verdict == "pass"
    assert report.reference.stand_in is None
    assert {run.verdict for run in report.runs} <= {"pass", "unavailable"}
