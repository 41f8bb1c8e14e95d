"""Bundles that an earlier version wrote pass in every engine: Python, Node and browsers."""

from __future__ import annotations

from pathlib import Path

import pytest

from webparity.parity import verify

# Each library and engine; `make test-all` runs every backend too.
_RUNTIMES = (
    "onnxruntime",
    "onnxruntime-node",
    "tfjs:wasm@node",
    "onnxruntime-web:wasm@chromium",
    "tfjs:webgl@chromium",
    "onnxruntime-web:wasm@firefox",
    "tfjs:wasm@webkit",
)
FOLDER = Path(__file__).parents[2] / "tests" / "data" / "written_before"


# A network and an estimator; trees differ from that in Python only, where `tests/test_written_before.py` has them too.
@pytest.mark.parametrize(
    "name", ["bundle-keras", "bundle-skops", pytest.param("bundle-xgboost", marks=pytest.mark.full)]
)
def test_a_bundle_of_an_earlier_version_passes_in_every_engine(name: str, full: bool) -> None:
    report = verify(FOLDER / name, runtimes=() if full else _RUNTIMES, require=_RUNTIMES)
    report.raise_for_verdict()
    assert report.verdict == "pass"
    assert report.reference.stand_in is None
    assert {run.verdict for run in report.runs} <= {"pass", "unavailable"}
