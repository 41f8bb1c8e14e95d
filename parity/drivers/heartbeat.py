"""Time limits on a process or page by its signs of life, measured with Python's clock."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

SILENCE_S: Final = 20.0
# A loop that never ends may still run kernels, each of which is a sign of life: an answer must come within this many
# times the silence allowed.
_ANSWER: Final = 6


class Heartbeat:
    """Time left for one call that gives signs of life.

    Args:
        silence: seconds without any sign of life after which it is given up.
        now: the clock, in seconds.
    """

    def __init__(self, silence: float, now: Callable[[], float] = monotonic) -> None:
        self._silence = silence
        self._now = now
        self._last_sign_at = self._last_answer_at = now()
        self._answered = 0

    def record(self, answered: int) -> None:
        """Record a sign of life: how many images the call has answered so far."""
        self._last_sign_at = self._now()
        if answered > self._answered:
            self._answered, self._last_answer_at = answered, self._last_sign_at

    @property
    def seconds_left(self) -> float:
        """Seconds left to wait before the next sign of life is due; 0 when it is overdue."""
        due = min(self._last_sign_at + self._silence, self._last_answer_at + _ANSWER * self._silence)
        return max(0.0, due - self._now())

    @property
    def timeout_reason(self) -> str:
        """The reason of a timeout, as the end of a sentence."""
        if self._now() - self._last_sign_at >= self._silence:
            return f"no sign of life for {self._silence:.0f} s"
        return f"signs of life, but no image answered for {_ANSWER * self._silence:.0f} s"
