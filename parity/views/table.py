"""A report for the terminal, with rich."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from webparity.parity.views.figures import LAST_COLUMNS, Cell, format_cells, format_last_cells, list_columns
from webparity.text.visible import escape_invisible
from webparity.verification.report import Report

_STYLES = {"pass": "bold green", "fail": "bold red", "unavailable": "yellow"}

# The columns that a narrow table always has, with their short titles.
_NARROW = {
    "pixels": "pixels",
    "scores": "scores",
    "probabilities": "probs",
    "values": "values",
    "top-1": "top-1",
    "labels": "labels",
}


def build_table(report: Report, *, narrow: bool = False) -> Table:
    """Build the table: runs as rows, stages as columns, failing stages in red.

    Args:
        report: what to show.
        narrow: leave out columns in which every run is in order, for a terminal of 80 columns.
    """
    reference = report.reference
    title = (
        f"{report.name}, {report.images} images against {_format_runtime(reference.runtime, reference.version)}"
        + (f" ({reference.stand_in} stands in)" if reference.stand_in else "")
        + f": {report.verdict}"
    )
    stages = list_columns(report)
    cells = [[*format_cells(run, stages), *format_last_cells(run)] for run in report.runs]
    columns = list(enumerate((*stages, *LAST_COLUMNS)))
    shown = [(n, name) for n, name in columns if not narrow or name in _NARROW or any(c[n].ok is False for c in cells)]
    left_out = ", ".join(name for number, name in columns if (number, name) not in shown)
    more = f"A wider terminal also shows {left_out}; no run fails in these." if left_out else ""
    # A text and not markup: artifacts stand in brackets.
    caption = Text("\n".join(escape_invisible(line) for line in (report.reason, more) if line)) or None
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
    table.add_column("runtime", no_wrap=not narrow, overflow="fold")
    several = len({run.artifact for run in report.runs}) > len({run.artifact.split("-")[0] for run in report.runs})
    if several:
        table.add_column("artifact", overflow="fold")
    for _, name in shown:
        table.add_column(_NARROW.get(name, name) if narrow else name, justify="right", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    for run, found in zip(report.runs, cells, strict=True):
        verdict = Text(run.verdict, style=_STYLES[run.verdict])
        table.add_row(
            Text(escape_invisible(run.name)),
            *([Text(escape_invisible(run.artifact))] if several else []),
            *(_style_cell(found[number]) for number, _ in shown),
            verdict,
        )
    return table


def _format_runtime(runtime: str, version: str) -> str:
    return f"{runtime} {version}".strip()


def _style_cell(cell: Cell) -> Text:
    return Text(escape_invisible(cell.text), style="red" if cell.ok is False else "")
