"""How long work tells how far it is; told by whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

# Images done and images in all.
Progress = Callable[[int, int], None]
# Steps done, steps in all, and the running metrics by name.
Steps = Callable[[int, int, dict[str, float]], None]
