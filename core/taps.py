"""Taps: the named outputs of a baked model, called the same in the manifest and in every artifact."""

from __future__ import annotations

from typing import Final, Literal

Tap = Literal["probabilities", "scores", "values", "pixels"]
# Those of a model of probabilities, in the order in which exported graphs list them.
TAPS: Final[tuple[Tap, ...]] = ("pixels", "probabilities", "scores")
# The order of a program's outputs and of the bytes that answers are digested in; a model has some of them.
ANSWER_ORDER: Final[tuple[Tap, ...]] = ("probabilities", "values", "scores", "pixels")
