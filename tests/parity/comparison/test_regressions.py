from dataclasses import replace

import pytest

from webparity.bundle.read import Bundle
from webparity.parity import verify
from webparity.parity.comparison.regressions import find_regressions
from webparity.verification.report import Probabilities, Report


@pytest.fixture
def report(tiny_bundle: Bundle) -> Report:
    return verify(tiny_bundle, runtimes=["onnxruntime"])


def make_drifting(report: Report, largest: float) -> Report:
    drift = Probabilities(
        ok=True, max_abs=largest, mean_abs=0.0, p99_abs=0.0, tolerance=5e-6, nonfinite=0, worst="a.png"
    )
    return replace(report, runs=[replace(report.runs[0], probabilities=drift)])


def test_the_same_report_is_no_worse(report: Report) -> None:
    assert find_regressions(report, report) == []


def test_a_run_that_no_longer_passes_is_worse(report: Report) -> None:
    later = replace(report, runs=[replace(report.runs[0], verdict="unavailable")])
    assert [str(finding) for finding in find_regressions(report, later)] == [
        "onnxruntime [onnx-float32]: verdict was pass, is unavailable"
    ]


def test_a_missing_run_is_a_regression(report: Report) -> None:
    assert find_regressions(report, replace(report, runs=[]))[0].after == "gone"
    assert find_regressions(report, replace(report, runs=[]))[0].what == "verdict"


def test_reports_without_a_common_measured_run_are_not_reported_as_free_of_regressions(report: Report) -> None:
    other = replace(report, runs=[replace(report.runs[0], artifact="onnx-uint8")])
    blank = replace(report, runs=[replace(report.runs[0], pixels=None, scores=None, probabilities=None)])
    for earlier, later in ((replace(report, runs=[]), report), (report, other), (blank, report), (report, blank)):
        assert "no measured run in common" in find_regressions(earlier, later)[-1].after


def test_a_figure_that_is_no_longer_measured_is_worse(report: Report) -> None:
    later = replace(report, runs=[replace(report.runs[0], scores=None)])
    (found,) = find_regressions(make_drifting(report, 0.0), make_drifting(later, 0.0))
    assert (found.what, found.after) == ("scores", "not measured")


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [(1e-6, 3e-6, True), (1e-6, 1.5e-6, False), (1e-9, 1e-7, False), (3e-6, 1e-6, False), (0.0, 1e-6, True)],
    ids=["tripled", "half more", "noise", "better", "from nothing"],
)
def test_drift_is_worse_when_it_doubles_and_matters(report: Report, before: float, after: float, worse: bool) -> None:
    found = find_regressions(make_drifting(report, before), make_drifting(report, after))
    assert [finding.what for finding in found] == (["probabilities"] if worse else [])
