"""Signs of life of a process or page, timed by Python's clock."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

SILENCE_S: Final = 20.0
# A loop that never ends may still run kernels, each of which is a sign of life: an answer must come within this many
# times the silence allowed.
_ANSWER: Final = 6


class SignsOfLife:
    """How long one call may still be waited for.

    Args:
        silence: seconds without any sign of life after which it is given up.
        now: the clock, in seconds.
    """

    def __init__(self, silence: float, now: Callable[[], float] = monotonic) -> None:
        self._silence = silence
        self._now = now
        self._heard_at = self._answered_at = now()
        self._answered = 0

    def heard(self, answered: int) -> None:
        """Note a sign of life: how many images the call has answered so far."""
        self._heard_at = self._now()
        if answered > self._answered:
            self._answered, self._answered_at = answered, self._heard_at

    @property
    def left(self) -> float:
        """Seconds left to wait before the next sign of life is due; 0 when it is overdue."""
        due = min(self._heard_at + self._silence, self._answered_at + _ANSWER * self._silence)
        return max(0.0, due - self._now())

    @property
    def lack(self) -> str:
        """What did not come in time, as a sentence's end."""
        if self._now() - self._heard_at >= self._silence:
            return f"no sign of life for {self._silence:.0f} s"
        return f"signs of life, but no image answered for {_ANSWER * self._silence:.0f} s"
