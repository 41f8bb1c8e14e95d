"""A report for the terminal, with rich."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from webparity.parity.views.figures import COLUMNS, LAST_COLUMNS, Cell, format_cells, format_last_cells
from webparity.text.visible import escape_invisible
from webparity.verification.report import Report

_STYLES = {"pass": "bold green", "fail": "bold red", "unavailable": "yellow"}


def build_table(report: Report) -> Table:
    """Build the table: runs as rows, stages as columns, failing stages in red."""
    reference = report.reference
    title = (
        f"{report.name}, {report.images} images against {_format_runtime(reference.runtime, reference.version)}"
        + (f" ({reference.stand_in} stands in)" if reference.stand_in else "")
        + f": {report.verdict}"
    )
    caption = (
        Text(escape_invisible(report.reason)) if report.reason else None
    )  # not markup: artifacts stand in brackets
    table = Table(
        title=Text(escape_invisible(title)),
        title_style=_STYLES[report.verdict],
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("runtime", no_wrap=True)
    several = len({run.artifact for run in report.runs}) > len({run.artifact.split("-")[0] for run in report.runs})
    if several:
        table.add_column("artifact")
    for column in (*COLUMNS, *LAST_COLUMNS):
        table.add_column(column, justify="right")
    table.add_column("verdict", no_wrap=True)
    for run in report.runs:
        verdict = Text(run.verdict, style=_STYLES[run.verdict])
        table.add_row(
            Text(escape_invisible(run.name)),
            *([Text(escape_invisible(run.artifact))] if several else []),
            *map(_style_cell, [*format_cells(run), *format_last_cells(run)]),
            verdict,
        )
    return table


def _format_runtime(runtime: str, version: str) -> str:
    return f"{runtime} {version}".strip()


def _style_cell(cell: Cell) -> Text:
    return Text(escape_invisible(cell.text), style="red" if cell.ok is False else "")
