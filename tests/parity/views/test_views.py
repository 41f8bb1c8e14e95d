import re
from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from webparity.bundle.read import Bundle
from webparity.errors import UsageError
from webparity.parity import verify
from webparity.parity.runtimes.ort_python import OnnxRuntime
from webparity.parity.views.chart import compute_axis_position, lay_out_chart
from webparity.parity.views.figures import format_number
from webparity.parity.views.html import render_html, render_notebook_html
from webparity.parity.views.junit import render_junit
from webparity.parity.views.table import build_table
from webparity.parity.views.write import write_report
from webparity.verification.report import Bits, Flip, Report, Resources, Run, Top1, from_json


@pytest.fixture
def passing(tiny_bundle: Bundle) -> Report:
    return verify(tiny_bundle, runtimes=["onnxruntime"])


@pytest.fixture
def mixed(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Report:
    """One failed, one required but unavailable, one unavailable."""

    def crash(*_: object) -> None:
        raise ZeroDivisionError("<out of cheese & crackers>")

    monkeypatch.setattr(OnnxRuntime, "_infer", crash)
    return verify(tiny_bundle, runtimes=["onnxruntime", "tfjs@node"], require=["tfjs:cpu@node"])


def rebuild(report: Report, run: Run) -> Report:
    values = {name: getattr(report, name) for name in Report.__dataclass_fields__}
    return Report(**(values | {"runs": [run]}))


def test_the_page_fetches_nothing(passing: Report, mixed: Report) -> None:
    for report in (passing, mixed):
        page = render_html(report)
        assert not re.search(r"https?:|//[a-z]|<script|<link|@import|url\(|\ssrc=", page)


def test_the_page_shows_verdict_runs_and_limits(passing: Report) -> None:
    page = render_html(passing)
    assert '<span class="badge pass">pass</span>' in page
    assert "onnxruntime [onnx-float32]" in page
    assert "≤ 5e-6" in page
    assert 'name="viewport"' in page
    assert "prefers-color-scheme: dark" in page


def test_the_page_escapes_what_runtimes_say(mixed: Report) -> None:
    page = render_html(mixed)
    assert "&lt;out of cheese &amp; crackers&gt;" in page
    assert "<out of cheese" not in page


def test_the_page_lists_flipped_images_by_label(passing: Report) -> None:
    flip = Flip(image="golden/3.png", reference=0, run=2, margin=0.25)
    top1 = Top1(ok=False, flips=1, flipped=[flip], undecided=["u.png"], smallest_margin=0.25, headroom=0.5)
    fields = {name: getattr(passing.runs[0], name) for name in Run.__dataclass_fields__}
    page = render_html(rebuild(passing, Run(**(fields | {"verdict": "fail", "stage": "top1", "top1": top1}))))
    assert "<tr><td>golden/3.png</td><td>0</td><td>2</td><td>0.25</td></tr>" in page
    assert "Undecided: u.png" in page


def test_junit_counts_failures_errors_and_skips(mixed: Report) -> None:
    suite = ET.fromstring(render_junit(mixed))
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    kinds = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert kinds == {
        "golden": [],
        "onnxruntime": ["failure"],
        "tfjs:cpu@node": ["error"],
        "tfjs:wasm@node": ["skipped"],
    }


def test_the_table_has_a_row_for_each_run(mixed: Report) -> None:
    console = Console(record=True, width=200, file=None, force_terminal=False, quiet=False)
    with console.capture() as capture:
        console.print(build_table(mixed))
    text = capture.get()
    for expected in ("onnxruntime", "tfjs:cpu@node", "unavailable", "fail", "headroom"):
        assert expected in text


def _print_narrow(report: Report) -> str:
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        console.print(build_table(report, narrow=True))
    return capture.get()


def test_the_narrow_table_fits_eighty_columns(passing: Report) -> None:
    runs = [replace(passing.runs[0], name=name) for name in ("onnxruntime", "onnxruntime-web:wasm@chromium")]
    text = _print_narrow(replace(passing, runs=[*runs, replace(runs[0], name="tfjs:webgl", verdict="unavailable")]))
    assert re.search(r"(?m)^ onnxruntime-web:wasm@chromium +\S+ +\S+ +\S+ +0 flips +pass *$", text)
    assert re.search(r"(?m)^ runtime +pixels +scores +probs +top-1 +verdict *$", text)
    assert "A wider terminal also shows integrity, decode, leaks, headroom, ms; no run" in text


def test_the_narrow_table_keeps_the_columns_in_which_a_run_fails(passing: Report) -> None:
    leak = replace(passing.runs[0], verdict="fail", resources=Resources(ok=False, leaked_tensors=3))
    text = _print_narrow(replace(passing, verdict="fail", reason="one leaks", runs=[passing.runs[0], leak]))
    assert re.search(r"(?m)^ runtime +pixels +scores +probs +top-1 +leaks +verdict *$", text)
    assert re.search(r"(?m)^one leaks *\nA wider terminal also shows integrity, decode, headroom, ms;", text)


def test_same_bits_have_a_column_and_a_certificate_only_where_a_run_has_them(passing: Report) -> None:
    digest = "8f0c" * 16
    same = replace(passing.runs[0], name="webparity@node", bits=Bits(ok=True, sha256=digest, answers=5, held_to=["x"]))
    other = Bits(ok=False, sha256="0" * 64, answers=5, held_to=["webparity@node"], differing=2, first="golden/3.png")
    failing = replace(same, name="webparity@firefox", verdict="fail", stage="bits", bits=other)
    for report, expected in ((passing, (False, False)), (replace(passing, runs=[passing.runs[0], same]), (True, True))):
        for page in (render_html(report), render_notebook_html(report)):
            certificate = f"onnx-float32: sha256 of 5 answers: {digest}, in webparity@node alone"
            assert ("same bits" in page, certificate in page) == expected
    page = render_html(replace(passing, verdict="fail", runs=[same, failing]))
    assert "2 differ" in page
    assert "first on golden/3.png" in page
    assert "sha256 of 5 answers" not in page
    assert "2 differ" in _print_narrow(replace(passing, verdict="fail", runs=[same, failing]))
    assert digest[:8] not in _print_narrow(replace(passing, runs=[same]))


def test_the_three_files_are_written_and_replaced_whole(passing: Report, mixed: Report, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    write_report(mixed, folder)
    file = write_report(passing, folder)
    assert asdict(from_json(file.read_bytes())) == asdict(passing)
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json"]


def test_a_failed_write_leaves_the_earlier_report(
    passing: Report, mixed: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_report(passing, tmp_path / "report")

    def raise_full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", raise_full)
    with pytest.raises(UsageError, match="No space"):
        write_report(mixed, tmp_path / "report")
    assert asdict(from_json(file.read_bytes())) == asdict(passing)
    assert len(list((tmp_path / "report").iterdir())) == 3


def test_the_axis_is_logarithmic_and_bounded() -> None:
    assert compute_axis_position(0) == compute_axis_position(1e-12) == compute_axis_position(1e-9)
    assert compute_axis_position(1) == compute_axis_position(5)
    assert compute_axis_position(1e-6) - compute_axis_position(1e-7) == pytest.approx(
        compute_axis_position(1e-3) - compute_axis_position(1e-4)
    )


def test_the_chart_has_a_row_for_each_run_that_answered(passing: Report, mixed: Report) -> None:
    assert [row.title for row in lay_out_chart(passing).rows] == ["onnxruntime [onnx-float32]"]
    assert lay_out_chart(mixed).rows == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0, "0"), (5e-6, "5e-6"), (1.34e-7, "1.3e-7"), (0.25, "0.25"), (123.4, "123"), (2e7, "2e7")],
)
def test_numbers_are_short(value: float | None, text: str) -> None:
    assert format_number(value) == text
