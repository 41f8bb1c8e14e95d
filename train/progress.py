"""Types of the progress callbacks of loading, training and measuring."""

from __future__ import annotations

from collections.abc import Callable

# Images (or files) done, and how many there are.
CountCallback = Callable[[int, int], None]
# Steps done, how many there are, and the running metrics by name.
StepCallback = Callable[[int, int, dict[str, float]], None]
# Trainings of a search done (with a fraction for the current one), how many there are if known, and running metrics.
TrialCallback = Callable[[float, int | None, dict[str, float]], None]
