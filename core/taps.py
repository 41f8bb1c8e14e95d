"""Taps: the values that a baked model can be asked for, by the names that manifest and artifacts give them."""

from __future__ import annotations

from typing import Final, Literal

Tap = Literal["probabilities", "scores", "pixels"]
# The order in which exported graphs list them.
TAPS: Final[tuple[Tap, ...]] = ("pixels", "probabilities", "scores")
