"""Progress of long work: the callback that reports it, and the bar that is drawn where no callback is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from webparity.text.visible import escape_invisible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# Called with the name of a task, its steps done and its steps in all (0: not known).
ProgressCallback = Callable[[str, int, int], None]


@contextmanager
def open_progress(callback: ProgressCallback | None = None) -> Iterator[ProgressCallback]:
    """Give work the callback that it reports its progress to.

    Args:
        callback: the caller's own; by default one that draws a bar for each task, on standard error in a terminal and
            in the cell's output in a notebook, and does nothing elsewhere. `lambda *_: None` draws no bar.

    Yields:
        A function `(task, done, total)`. Its bars end with the context.
    """
    if callback is not None:
        yield callback
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if console.is_jupyter:
        yield _draw_in_notebook(console)
    elif console.is_terminal:
        with _make_bars(console) as bars:
            yield _update(bars)
    else:
        yield lambda _task, _done, _total: None


def _make_bars(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    # No markup: artifacts stand in brackets.
    text = TextColumn("{task.description}", markup=False)
    return Progress(text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True)


def _update(bars: Progress) -> ProgressCallback:
    ids: dict[str, Any] = {}

    def update(task: str, done: int, total: int) -> None:
        if task not in ids:
            ids[task] = bars.add_task(escape_invisible(task), total=None)
        bars.update(ids[task], completed=done, total=total or None)

    return update


def _draw_in_notebook(console: Console) -> ProgressCallback:
    """Bars as a table in the cell's output; rich's own live display needs ipywidgets, which many notebooks lack."""
    display: Any = import_module("IPython.display").display  # a package of the notebook, not of ours
    bars = _make_bars(console)
    update = _update(bars)
    handle: Any = display(bars.make_tasks_table(bars.tasks), display_id=True)

    def redraw(task: str, done: int, total: int) -> None:
        update(task, done, total)
        handle.update(bars.make_tasks_table(bars.tasks))

    return redraw
