"""A report as HTML: one self-contained page, or a table for a notebook's cell; no script, no font, nothing fetched."""

from __future__ import annotations

import re

from jinja2 import Environment
from markupsafe import Markup

from webparity.outputs.registry import get_output_kind
from webparity.parity.views.chart import lay_out_chart
from webparity.parity.views.figures import (
    LAST_COLUMNS,
    format_cells,
    format_drift_cells,
    format_last_cells,
    format_number,
    list_columns,
    list_drift_columns,
)
from webparity.text.html_template import make_environment
from webparity.text.html_text import escape_html_text
from webparity.verification.certificate import list_certificates
from webparity.verification.report import Report


def render_html(report: Report) -> str:
    """Render the page."""
    columns = list_columns(report)
    return (
        _make_environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            drifts=list_drift_columns(report),
            reference_cells=format_drift_cells(report.reference, list_drift_columns(report)),
            kind=get_output_kind(report.output),
            columns=columns,
            rows=[(run, format_cells(run, columns)) for run in report.runs],
            certificates=list_certificates(report),
            exact=[run for run in report.runs if run.bits is not None],
            chart=lay_out_chart(report),
            passed=sum(run.verdict == "pass" for run in report.runs),
            failed=sum(run.verdict == "fail" for run in report.runs),
            unavailable=sum(run.verdict == "unavailable" for run in report.runs),
        )
    )


def render_notebook_html(report: Report) -> str:
    """Render the verdict and the table of runs as one element with its own styles; a narrow cell shows cards."""
    columns = list_columns(report)
    return (
        _make_environment()
        .get_template("notebook.html.j2")
        .render(
            report=report,
            # Without the latency, so that a notebook that is run again is the same file.
            columns=(*columns, LAST_COLUMNS[0]),
            rows=[(run, [*format_cells(run, columns), format_last_cells(run)[0]]) for run in report.runs],
            certificates=list_certificates(report),
            reasons=_group_reasons(report),
        )
    )


def _group_reasons(report: Report) -> list[tuple[str, list[str]]]:
    """List each reason of a run once, with the names of its runs, without the one that the report itself gives."""
    names: dict[str, list[str]] = {}
    for run in report.runs:
        if run.reason and run.reason not in report.reason:
            names.setdefault(run.reason, []).append(run.name if run.verdict == "unavailable" else run.title)
    return [(reason, list(dict.fromkeys(named))) for reason, named in names.items()]


def _make_environment() -> Environment:
    environment = make_environment("webparity.parity", "views")
    environment.filters["number"] = format_number
    environment.filters["breakable"] = _allow_breaks
    environment.filters["two_lines"] = _break_at_commas
    return environment


def _allow_breaks(name: str) -> Markup:
    """Let a long name of a run break before its backend and its engine, and nowhere else if that is enough."""
    return Markup("<wbr>").join(re.split("(?=[:@])", escape_html_text(name)))


def _break_at_commas(text: str) -> Markup:
    return Markup(",<br>").join(escape_html_text(text).split(", "))
