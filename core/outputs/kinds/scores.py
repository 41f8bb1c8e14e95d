"""Scores: one label an image, by the library's own rule, from decision scores that are no probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.decided_label import compute_leads, decide_labels
from webparity.outputs.model_output import ModelOutput, OutputName
from webparity.outputs.output_kind import LabelStage, OutputKind
from webparity.taps import Tap
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance, apply_resolution_to_scores

_TWO: Final = 2


class ScoreOutput(OutputKind):
    """One label; a score a class, or one score whose sign decides between two classes."""

    name: ClassVar[OutputName] = "scores"
    title: ClassVar[str] = "finite decision scores"
    requests: ClassVar[Mapping[str, str]] = {
        "scores": "its numbers are decision scores, no probabilities, as those of a support vector machine"
    }
    taps: ClassVar[tuple[Tap, ...]] = ("pixels", "scores")
    answer: ClassVar[Tap] = "scores"
    label_stage: ClassVar[LabelStage | None] = "top1"

    def count_numbers(self, output: ModelOutput, labels: int) -> int:
        """See `OutputKind`."""
        return 1 if output.rule == "sign" else labels

    def find_contradiction(self, output: ModelOutput, labels: int) -> str | None:
        """See `OutputKind`."""
        if output.rule is None:
            return "no rule for scores"
        if output.rule == "sign" and labels != _TWO:
            return f"the rule sign for {labels} labels"
        return "thresholds or units for scores" if output.thresholds or output.units else None

    def _decide(self, rows: NDArray[Any], output: ModelOutput) -> Sequence[tuple[int, ...]]:
        return [(int(label),) for label in decide_labels(rows, output.rule or "argmax")]

    def compute_margins(self, rows: NDArray[Any], output: ModelOutput) -> NDArray[np.float64]:
        """See `OutputKind`."""
        return compute_leads(rows, output.rule or "argmax")

    def widen(self, tolerance: Tolerance, resolution: Resolution, device: DeviceClass, rows: NDArray[Any]) -> Tolerance:
        """See `OutputKind`."""
        del rows
        return apply_resolution_to_scores(tolerance, resolution, device)

    def describe(self, row: NDArray[Any], output: ModelOutput, labels: Sequence[str]) -> dict[str, Any]:
        """See `OutputKind`."""
        ((best,),) = self.decide(row[np.newaxis], output)
        # The only score of two classes is that of the second.
        named = labels[-1:] if output.rule == "sign" else labels
        return {"label": labels[best], "scores": {label: float(s) for label, s in zip(named, row, strict=True)}}

    def format_line(self, answer: Mapping[str, Any]) -> str:
        """See `OutputKind`."""
        scores, label = answer["scores"], answer["label"]
        # Below 0 the first of two classes is chosen by the score of the second.
        named = label if label in scores else next(iter(scores))
        return f"{label}  score{'' if named == label else f' of {named}'} {scores[named]:.4g}"

    def list_columns(self, output: ModelOutput, labels: Sequence[str]) -> list[str]:
        """See `OutputKind`."""
        named = labels[-1:] if output.rule == "sign" else labels
        return ["label", *(f"score of {label}" for label in named)]

    def list_cells(self, answer: Mapping[str, Any]) -> list[Any]:
        """See `OutputKind`."""
        return [answer["label"], *answer["scores"].values()]


OUTPUT_KIND = ScoreOutput()
