"""Functions of this process, timed in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

# A measurement lasts at least so long, so that quick functions are called several times.
_LEAST_S = 0.02


def measure_alternating(ways: Sequence[Callable[[], Any]], rounds: int) -> list[list[float]]:
    """Measure functions' processor time in turns; the first turn is not counted.

    Args:
        ways: the functions, such as ours and the peer's.
        rounds: how many turns count.

    Returns:
        For each function milliseconds a call, one a turn.
    """
    began = time.perf_counter()
    for way in ways:
        way()
    repeats = max(1, int(_LEAST_S / ((time.perf_counter() - began) / len(ways))))
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds + 1):
        for way, measured in zip(ways, times, strict=True):
            began = time.process_time()
            for _ in range(repeats):
                way()
            measured.append((time.process_time() - began) * 1000 / repeats)
    return [measured[1:] for measured in times]
