"""Multilabel: any number of labels an image, each by its own probability and threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from webparity.models.probabilities import SUM_TOLERANCE
from webparity.outputs.model_output import ModelOutput, OutputName
from webparity.outputs.output_kind import LabelStage, OutputKind
from webparity.taps import TAPS, Tap
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance, apply_resolution_to_sigmoids


class MultilabelOutput(OutputKind):
    """Independent sigmoids; a label is given where its probability is at least its threshold."""

    name: ClassVar[OutputName] = "multilabel"
    title: ClassVar[str] = "a probability from 0 to 1 for each label"
    requests: ClassVar[Mapping[str, str]] = {
        "multilabel": "each number is the probability of a label by itself (sigmoids; put on where it gives logits)"
    }
    taps: ClassVar[tuple[Tap, ...]] = TAPS
    answer: ClassVar[Tap] = "probabilities"
    label_stage: ClassVar[LabelStage | None] = "labels"

    def find_contradiction(self, output: ModelOutput, labels: int) -> str | None:
        """See `OutputKind`."""
        if len(output.thresholds) != labels or not all(0 < each < 1 for each in output.thresholds):
            return f"thresholds {list(output.thresholds)} for {labels} labels"
        return "a rule or units for several labels" if output.rule or output.units else None

    def find_fault(self, row: NDArray[Any]) -> str | None:
        """See `OutputKind`."""
        fault = super().find_fault(row)
        return fault if fault is not None else self.describe_rows(row[np.newaxis]) or None

    def describe_rows(self, rows: NDArray[Any]) -> str:
        """See `OutputKind`."""
        known = rows[np.isfinite(rows).all(axis=1)]
        if known.size == 0 or (known.min() >= -SUM_TOLERANCE and known.max() <= 1 + SUM_TOLERANCE):
            return ""
        return f"outputs from {known.min():.3g} to {known.max():.3g}"

    def _decide(self, rows: NDArray[Any], output: ModelOutput) -> Sequence[tuple[int, ...]]:
        given = rows.astype(np.float64) >= np.array(output.thresholds)
        return [tuple(map(int, np.flatnonzero(row))) for row in given]

    def compute_margins(self, rows: NDArray[Any], output: ModelOutput) -> NDArray[np.float64]:
        """See `OutputKind`."""
        margins: NDArray[np.float64] = np.min(np.abs(rows.astype(np.float64) - np.array(output.thresholds)), axis=1)
        return margins

    def compute_openness(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """See `OutputKind`."""
        openness: NDArray[np.float32] = np.max(4 * rows * (1 - rows), axis=1)
        return openness

    def widen(self, tolerance: Tolerance, resolution: Resolution, device: DeviceClass, rows: NDArray[Any]) -> Tolerance:
        """See `OutputKind`."""
        return apply_resolution_to_sigmoids(tolerance, resolution, device, rows)

    def describe(self, row: NDArray[Any], output: ModelOutput, labels: Sequence[str]) -> dict[str, Any]:
        """See `OutputKind`."""
        (present,) = self.decide(row[np.newaxis], output)
        return {
            "labels": [labels[index] for index in present],
            "probabilities": {label: float(p) for label, p in zip(labels, row, strict=True)},
        }

    def format_line(self, answer: Mapping[str, Any]) -> str:
        """See `OutputKind`."""
        present = [f"{label}  {answer['probabilities'][label]:.2%}" for label in answer["labels"]]
        return ", ".join(present) or "no label"

    def list_columns(self, output: ModelOutput, labels: Sequence[str]) -> list[str]:
        """See `OutputKind`."""
        del output
        return ["labels", *(f"probability of {label}" for label in labels)]

    def list_cells(self, answer: Mapping[str, Any]) -> list[Any]:
        """See `OutputKind`."""
        return ["; ".join(answer["labels"]), *answer["probabilities"].values()]


OUTPUT_KIND = MultilabelOutput()
