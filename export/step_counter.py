"""Progress of an export: the counter of its steps, and the one bar that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from webparity.progress import ProgressCallback, open_progress


@contextmanager
def open_export_progress(callback: ProgressCallback | None) -> Iterator[ProgressCallback]:
    """Give an export the callback that it reports its steps to.

    Args:
        callback: the caller's own; by default one that draws all steps as one bar, which is full when the export is
            done.
    """
    with open_progress(callback) as update:
        if callback is not None:
            yield callback
            return
        steps = 0

        def report(_: str, done: int, total: int) -> None:
            nonlocal steps
            steps = total
            update("export", done, total)

        yield report
        report("", steps, steps)


class StepCounter:
    """Reports each step with the number of finished steps and of all steps.

    Args:
        progress: called with a few words on the step, the finished steps and all steps.
        total: how many steps there will be; may be corrected later.
    """

    def __init__(self, progress: ProgressCallback, total: int) -> None:
        self._progress = progress
        self._started = 0
        self.total = total

    def start(self, words: str = "") -> None:
        """Begin the next step; with `words` it is reported at once, otherwise by `describe`."""
        if words:
            self._progress(words, self._started, self.total)
        self._started += 1

    def describe(self, words: str) -> None:
        """Report what the current step is doing now."""
        self._progress(words, max(0, self._started - 1), self.total)
