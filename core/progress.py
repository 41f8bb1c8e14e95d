"""Progress of long work: the callback that reports it, and the bar that is drawn where no callback is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from webparity.text.visible import escape_invisible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# A notebook keeps each state that it is sent until the next; many a second make its page slow.
_REDRAW_SECONDS: Final = 0.1
# A track that is seen on light and on dark pages.
_TRACK: Final = "#8c8c8c"

# Called with the name of a task, its steps done and its steps in all (0: not known).
ProgressCallback = Callable[[str, int, int], None]


@contextmanager
def open_progress(callback: ProgressCallback | None = None) -> Iterator[ProgressCallback]:
    """Give work the callback that it reports its progress to.

    Args:
        callback: the caller's own; by default one that draws a bar for each task, on standard error in a terminal and
            in the cell's output in a notebook, and does nothing elsewhere. Bars go when the work is done; a notebook
            keeps those of work that failed. `lambda *_: None` draws no bar.

    Yields:
        A function `(task, done, total)`. Its bars end with the context.
    """
    if callback is not None:
        yield callback
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if console.is_jupyter:
        with _draw_in_notebook() as draw:
            yield draw
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


def _make_notebook_bars() -> Progress:
    """Make bars whose figures have the colour of the page's text: rich's green and olive are faint on some pages."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class PlainCount(MofNCompleteColumn):
        def render(self, task: Task) -> Text:
            return Text(super().render(task).plain)

    class PlainTime(TimeElapsedColumn):
        def render(self, task: Task) -> Text:
            return Text(super().render(task).plain)

    text = TextColumn("{task.description}", markup=False)
    return Progress(text, BarColumn(style=_TRACK), PlainCount(), PlainTime())


def _update(bars: Progress) -> ProgressCallback:
    ids: dict[str, Any] = {}

    def update(task: str, done: int, total: int) -> None:
        if task not in ids:
            ids[task] = bars.add_task(escape_invisible(task), total=None)
        bars.update(ids[task], completed=done, total=total or None)

    return update


@contextmanager
def _draw_in_notebook() -> Iterator[ProgressCallback]:
    """Bars as a table in the cell's output; rich's own live display needs ipywidgets, which many notebooks lack."""
    display: Any = import_module("IPython.display").display  # a package of the notebook, not of ours
    bars = _make_notebook_bars()
    update = _update(bars)
    handle: Any = None
    drawn_at = 0.0

    def draw() -> None:
        nonlocal handle, drawn_at
        table = bars.make_tasks_table(bars.tasks)
        if handle is None:
            handle = display(table, display_id=True)
        else:
            handle.update(table)
        drawn_at = monotonic()

    def redraw(task: str, done: int, total: int) -> None:
        update(task, done, total)
        if handle is None or monotonic() - drawn_at >= _REDRAW_SECONDS:
            draw()

    try:
        yield redraw
    except BaseException:
        if bars.tasks:
            draw()
        raise
    if handle is not None:
        handle.update(_Nothing())


class _Nothing:
    """Shown in the place of bars whose work is done."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": "", "text/html": ""}
