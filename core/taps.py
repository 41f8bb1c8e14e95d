"""Taps: the named outputs of a baked model, called the same in the manifest and in every artifact."""

from __future__ import annotations

from typing import Final, Literal

Tap = Literal["probabilities", "scores", "pixels"]
# The order in which exported graphs list them.
TAPS: Final[tuple[Tap, ...]] = ("pixels", "probabilities", "scores")
