"""Console, progress bar and spinner for commands; the only module that writes to the terminal.

Every text passes `escape_invisible` here, one line per call, so that no label, file name or library's message controls
the terminal or looks like a line that webparity wrote.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from webparity.text.csv_cell import escape_csv_cell
from webparity.text.json_text import escape_json_text
from webparity.text.visible import escape_invisible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table


_WIDE = 132


@cache
def _define_plain_console() -> type[Console]:
    from rich.console import Console
    from rich.text import Text

    class PlainConsole(Console):
        """Console that prints strings literally: no markup, no emoji codes, no control characters."""

        def render_str(self, text: str, **options: Any) -> Text:
            return Text(escape_invisible(text), style=options.get("style") or "", justify=options.get("justify"))

        def on_broken_pipe(self) -> None:
            # rich would exit with 1, which means that parity failed.
            raise  # noqa: PLE0704 - called while the error is handled

    return PlainConsole


def get_console() -> Console:
    """Return the console for messages, on standard error; standard output is for results."""
    return _define_plain_console()(stderr=True, highlight=False, soft_wrap=True)


def print_line(text: str = "") -> None:
    """Write one line of a result to standard output."""
    click.echo(escape_invisible(text))


def print_row(*cells: str | float) -> None:
    """Write one row of CSV to standard output, in one line; text is escaped so that spreadsheets do not evaluate it."""
    import csv
    from io import StringIO

    row = StringIO()
    csv.writer(row, lineterminator="").writerow(
        [escape_csv_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    click.echo(row.getvalue())


def print_json(value: Any) -> None:
    """Write one JSON document to standard output, for machines."""
    import json

    print_json_document(json.dumps(value, indent=2, ensure_ascii=False))


def print_json_document(document: str | bytes) -> None:
    """Write serialized JSON to standard output; control characters become JSON escapes."""
    text = document.decode() if isinstance(document, bytes) else document
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    click.echo(escape_json_text(text.rstrip("\n"), ascii_only=encoding != "utf8"))


def print_result(shown: Any) -> None:
    """Write a rich renderable to standard output at full width; a narrow terminal wraps its lines.

    Strings in it, as cells of tables are, come out as they are; a `rich.text.Text` must have passed `escape_invisible`.
    """
    terminal = _define_plain_console()(highlight=False)
    if terminal.width < _WIDE:
        terminal = _define_plain_console()(highlight=False, width=_WIDE)
    terminal.print(shown)


def print_table(wide: Table, narrow: Callable[[], Table]) -> None:
    """Write a table to standard output, and the narrow form of it to a terminal that the wide one does not fit."""
    from rich.measure import Measurement

    terminal = _define_plain_console()(highlight=False)
    unlimited = terminal.options.update(max_width=sys.maxsize)
    if terminal.is_terminal and Measurement.get(terminal, unlimited, wide).maximum > terminal.width:
        terminal.print(narrow())
    else:
        print_result(wide)


@contextmanager
def show_progress_bar() -> Iterator[Progress]:
    """Show a progress bar with elapsed and remaining time; silent when standard error is not a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class _Description(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(escape_invisible(task.description))

    columns = (
        _Description(""),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    terminal = get_console()
    # rich would write the last state of the bars into a file.
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as progress:
        yield progress


@contextmanager
def show_status(first: str) -> Iterator[Any]:
    """Show a spinner; call the yielded function with each new step's text."""
    from rich.text import Text

    terminal = get_console()
    with terminal.status(Text(escape_invisible(f"{first} …"))) as status:

        def step(text: str) -> None:
            status.update(Text(escape_invisible(f"{text} …")))
            if not terminal.is_terminal:
                terminal.print(f"{text} …")

        yield step
