"""Progress of long functions: a function of the caller, or a bar in terminals and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from webparity.text.visible import escape_invisible

ProgressFunction = Callable[[str, int, int], None]
"""Called with what is being done, the number of finished steps, and the number of all steps."""


@contextmanager
def progress_or_bar(progress: ProgressFunction | None) -> Iterator[ProgressFunction]:
    """Give a long function something to report its progress to.

    Args:
        progress: the caller's own function. By default, a bar of rich on standard output if that is a terminal or a
            notebook; otherwise nothing is shown.

    Yields:
        A function of a few words on the current step, the number of finished steps, and the number of all steps.
    """
    if progress is not None:
        yield progress
        return
    from rich.console import Console

    console = Console()
    if not (console.is_terminal or console.is_jupyter):
        yield lambda *_: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    # Without markup, so that a file name in square brackets is shown as it is.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(words: str, done: int, total: int) -> None:
            bar.update(task, description=escape_invisible(words), completed=done, total=total)

        yield report
