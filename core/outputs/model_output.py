"""The part of the manifest that says what a model's numbers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OutputName = Literal["probabilities", "scores", "multilabel", "values"]
LabelRule = Literal["argmax", "sign", "votes"]


@dataclass(frozen=True, kw_only=True)
class ModelOutput:
    """What a model's numbers are, and how a label follows from them.

    `kind` is `probabilities` (one label; they sum to 1), `scores` (one label; decision scores, no probabilities),
    `multilabel` (any number of labels, an independent probability each) or `values` (measured numbers, no label).

    `rule` gives the label from scores, as the library's own `predict` does: `argmax`, the lowest index on ties; `sign`,
    of one score the second label where it is above 0; `votes`, the argmax of scores rounded to whole votes, the lowest
    index on ties. Other kinds have none.

    `thresholds` are those of `multilabel`, one a label, above 0 and below 1: a label is given where its probability is
    at least this. `units` are those of `values`, one a value, empty where it has none.
    """

    kind: OutputName = "probabilities"
    rule: LabelRule | None = None
    thresholds: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
