from __future__ import annotations

import json
from pathlib import Path

import pytest

from webparity.errors import UsageError
from webparity.train.evaluation import write
from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.write import write_evaluation


def test_json_page_and_pictures_are_written(two_classes: Evaluation, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "evaluation"
    write_evaluation(two_classes, out)
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    drawn = ("calibration", "confusion", "mistakes", "precision-recall", "roc", "samples")
    assert names == {"metrics.json", "evaluation.html", *(f"pictures/{name}.svg" for name in drawn)}
    assert json.loads((out / "metrics.json").read_text())["metrics"]["images"] == 90


def test_an_earlier_evaluation_is_replaced_only_on_request(two_classes: Evaluation, tmp_path: Path) -> None:
    write_evaluation(two_classes, tmp_path / "out")
    before = (tmp_path / "out" / "evaluation.html").read_bytes()
    with pytest.raises(UsageError, match="--force"):
        write_evaluation(two_classes, tmp_path / "out")
    write_evaluation(two_classes, tmp_path / "out", force=True)
    assert (tmp_path / "out" / "evaluation.html").read_bytes() == before


def test_nothing_stays_of_one_that_failed(
    two_classes: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(write, "to_html", fail)
    with pytest.raises(OSError, match="disk full"):
        write_evaluation(two_classes, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
