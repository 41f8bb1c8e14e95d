"""Counter of the steps of an export, for its progress."""

from __future__ import annotations

from webparity.progress import ProgressCallback


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
        """Begin the next step, and report it if `words` are given; otherwise `describe` reports it."""
        if words:
            self._progress(words, self._started, self.total)
        self._started += 1

    def describe(self, words: str) -> None:
        """Report what the current step is doing now."""
        self._progress(words, max(0, self._started - 1), self.total)
