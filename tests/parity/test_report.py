"""The report that `verify` returns: what a notebook shows of it, and what it saves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.bundle.read import Bundle
from webparity.errors import ParityError, RuntimeUnavailable
from webparity.parity import verify
from webparity.parity.report import VerificationReport
from webparity.verification.report import from_json

MakeBundle = Callable[[NDArray[np.float32]], Bundle]


class Cells(HTMLParser):
    """The texts of a table's cells with their classes, and every address that the HTML names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag in {"td", "th"}:
            self.cells.append((dict(attrs).get("class") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.cells:
            style, text = self.cells[-1]
            self.cells[-1] = (style, text + data.strip())


@pytest.fixture
def report(tiny_bundle: Bundle) -> VerificationReport:
    return verify(tiny_bundle, runtimes=["onnxruntime"])


def test_a_notebook_shows_the_verdict_and_the_table(report: VerificationReport) -> None:
    html = report._repr_html_()
    shown = Cells(html)
    assert ("pass", "pass") in shown.cells
    assert ("", "onnxruntimeonnx-float32") in shown.cells
    assert ("", "5 alike") in shown.cells
    assert re.search(r"<strong>tiny</strong> <span class=\"pass\">pass</span>\s+5 images against golden 3.0", html)


def test_a_notebook_shows_what_failed(make_tiny_bundle: MakeBundle) -> None:
    report = verify(make_tiny_bundle(np.ones((48, 3), np.float32)), runtimes=["onnxruntime"])
    shown = Cells(report._repr_html_())
    assert any(style == "bad" for style, _ in shown.cells)
    assert ("fail", "fail") in shown.cells
    assert "onnxruntime [onnx-float32]: scores: differ by up to" in report._repr_html_()


def test_a_notebook_names_each_reason_once(report: VerificationReport) -> None:
    absent = replace(report.runs[0], verdict="unavailable", reason="no <browser> here")
    html = replace(report, runs=[absent, replace(absent, name="another")])._repr_html_()
    assert html.count("no &lt;browser&gt; here") == 1
    assert "onnxruntime, another" in html


def test_a_report_is_described_in_few_words(report: VerificationReport, make_tiny_bundle: MakeBundle) -> None:
    assert repr(report) == (
        "VerificationReport(name='tiny', verdict='pass', images=5, reference='golden', "
        "runs=['onnxruntime [onnx-float32]: pass'])"
    )
    failed = repr(verify(make_tiny_bundle(np.ones((48, 3), np.float32)), runtimes=["onnxruntime"]))
    assert "verdict='fail', reason='onnxruntime [onnx-float32]: scores: differ" in failed


def test_the_notebooks_html_is_small_self_contained_and_follows_dark_themes(report: VerificationReport) -> None:
    html = report._repr_html_()
    shown = Cells(html)
    assert len(html) < 8_000
    assert shown.addresses == []
    assert "script" not in shown.tags
    assert "url(" not in html
    for theme in ("prefers-color-scheme: dark", 'data-jp-theme-light="false"', "vscode-dark"):
        assert theme in html
    styles = html[html.index("<style>") : html.index("</style>")]
    selectors = re.findall(r"(?m)^([^@{}\n]+)\{", styles)
    assert selectors
    assert all(".webparity-report" in part for line in selectors for part in line.split(","))


def test_names_from_outside_are_text_and_no_markup(report: VerificationReport) -> None:
    html = replace(report, name="<script>alert(1)</script>")._repr_html_()
    assert "script" not in Cells(html).tags
    assert "&lt;script&gt;" in html


def test_saving_writes_what_the_command_writes(report: VerificationReport, tmp_path: Path) -> None:
    file = report.save(tmp_path / "report")
    assert file == tmp_path / "report" / "report.json"
    assert asdict(from_json(file.read_bytes())) == asdict(report)
    assert {path.name for path in file.parent.iterdir()} == {"junit.xml", "report.html", "report.json"}


def test_the_verdict_raises(report: VerificationReport, make_tiny_bundle: MakeBundle) -> None:
    report.raise_for_verdict()
    with pytest.raises(ParityError, match="scores"):
        verify(make_tiny_bundle(np.ones((48, 3), np.float32)), runtimes=["onnxruntime"]).raise_for_verdict()
    missing = replace(report, verdict="fail", missing=["tfjs:wasm@node"], reason="Required but unavailable")
    with pytest.raises(RuntimeUnavailable, match="Required but unavailable"):
        missing.raise_for_verdict()
