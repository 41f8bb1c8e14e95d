"""Probabilities: one label an image, the argmax of probabilities that sum to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from webparity.models.probabilities import describe_deviation, describe_probability_fault
from webparity.outputs.decided_label import compute_leads, decide_labels
from webparity.outputs.model_output import ModelOutput, OutputName
from webparity.outputs.output_kind import LabelStage, OutputKind
from webparity.taps import TAPS, Tap
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance, apply_resolution


class ProbabilityOutput(OutputKind):
    """One label; softmax, or one sigmoid p as [1 - p, p]."""

    name: ClassVar[OutputName] = "probabilities"
    title: ClassVar[str] = "probabilities from 0 to 1 that sum to 1"
    requests: ClassVar[Mapping[str, str]] = {
        "probabilities": "the model ends in softmax, or in one sigmoid",
        "logits": "it ends before the softmax, which is put on; of one number, before the sigmoid",
        "sigmoid": "it gives one number before its sigmoid, which is put on",
    }
    taps: ClassVar[tuple[Tap, ...]] = TAPS
    answer: ClassVar[Tap] = "probabilities"
    label_stage: ClassVar[LabelStage | None] = "top1"

    def find_contradiction(self, output: ModelOutput, labels: int) -> str | None:
        """See `OutputKind`."""
        del labels
        return "a rule, thresholds or units" if output != ModelOutput() else None

    def find_fault(self, row: NDArray[Any]) -> str | None:
        """See `OutputKind`."""
        return describe_probability_fault(row)

    def describe_rows(self, rows: NDArray[Any]) -> str:
        """See `OutputKind`."""
        return describe_deviation(rows)

    def _decide(self, rows: NDArray[Any], output: ModelOutput) -> Sequence[tuple[int, ...]]:
        del output
        return [(int(label),) for label in decide_labels(rows, "argmax")]

    def compute_margins(self, rows: NDArray[Any], output: ModelOutput) -> NDArray[np.float64]:
        """See `OutputKind`."""
        del output
        return compute_leads(rows, "argmax")

    def compute_openness(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """See `OutputKind`."""
        openness: NDArray[np.float32] = 1 - np.sum(rows**2, axis=1)
        return openness

    def widen(self, tolerance: Tolerance, resolution: Resolution, device: DeviceClass, rows: NDArray[Any]) -> Tolerance:
        """See `OutputKind`."""
        return apply_resolution(tolerance, resolution, device, rows)

    def describe(self, row: NDArray[Any], output: ModelOutput, labels: Sequence[str]) -> dict[str, Any]:
        """See `OutputKind`."""
        ((best,),) = self.decide(row[np.newaxis], output)
        return {
            "label": labels[best],
            "probability": float(row[best]),
            "probabilities": {label: float(p) for label, p in zip(labels, row, strict=True)},
        }

    def format_line(self, answer: Mapping[str, Any]) -> str:
        """See `OutputKind`."""
        return f"{answer['label']}  {answer['probability']:.2%}"

    def list_columns(self, output: ModelOutput, labels: Sequence[str]) -> list[str]:
        """See `OutputKind`."""
        del output
        return ["label", "probability", *(f"probability of {label}" for label in labels)]

    def list_cells(self, answer: Mapping[str, Any]) -> list[Any]:
        """See `OutputKind`."""
        return [answer["label"], answer["probability"], *answer["probabilities"].values()]


OUTPUT_KIND = ProbabilityOutput()
