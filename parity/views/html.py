"""A report as HTML: one self-contained page, or a table for a notebook's cell; no script, no font, nothing fetched."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from webparity.parity.views.chart import lay_out_chart
from webparity.parity.views.figures import COLUMNS, format_cells, format_drift_cells, format_number
from webparity.text.html_text import escape_html_text
from webparity.verification.report import Report


def render_html(report: Report) -> str:
    """Render the page."""
    return (
        _make_environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            reference_cells=format_drift_cells(report.reference),
            columns=COLUMNS,
            rows=[(run, format_cells(run)) for run in report.runs],
            chart=lay_out_chart(report),
            passed=sum(run.verdict == "pass" for run in report.runs),
            failed=sum(run.verdict == "fail" for run in report.runs),
            unavailable=sum(run.verdict == "unavailable" for run in report.runs),
        )
    )


def render_notebook_html(report: Report) -> str:
    """Render the verdict and the table of runs as one element with its own styles."""
    rows = [(run, format_cells(run)) for run in report.runs]
    return _make_environment().get_template("notebook.html.j2").render(report=report, columns=COLUMNS, rows=rows)


def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("webparity.parity", "views"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=escape_html_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = format_number
    return environment
