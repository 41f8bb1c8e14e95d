"""Values: no label, but one or a few measured numbers with names and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import ModelOutput, OutputName
from webparity.outputs.output_kind import LabelStage, OutputKind
from webparity.taps import Tap
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance


class ValueOutput(OutputKind):
    """Numbers of a regression; the labels of the bundle are their names."""

    name: ClassVar[OutputName] = "values"
    title: ClassVar[str] = "finite values"
    requests: ClassVar[Mapping[str, str]] = {
        "values": "its numbers are measured values, as of a regression; the labels are their names"
    }
    taps: ClassVar[tuple[Tap, ...]] = ("pixels", "values")
    answer: ClassVar[Tap] = "values"
    label_stage: ClassVar[LabelStage | None] = None

    def find_contradiction(self, output: ModelOutput, labels: int) -> str | None:
        """See `OutputKind`."""
        if len(output.units) != labels:
            return f"{len(output.units)} units for {labels} values"
        return "a rule or thresholds for values" if output.rule or output.thresholds else None

    def _decide(self, rows: NDArray[Any], output: ModelOutput) -> Sequence[tuple[int, ...]]:
        del output
        return [()] * len(rows)

    def compute_margins(self, rows: NDArray[Any], output: ModelOutput) -> NDArray[np.float64]:
        """Infinite: there is no label that could change."""
        del output
        return np.full(len(rows), np.inf)

    def widen(self, tolerance: Tolerance, resolution: Resolution, device: DeviceClass, rows: NDArray[Any]) -> Tolerance:
        """Leave the limits as they are: the span that values are measured by holds the resolution already."""
        del resolution, device, rows
        return tolerance

    def describe(self, row: NDArray[Any], output: ModelOutput, labels: Sequence[str]) -> dict[str, Any]:
        """See `OutputKind`."""
        return {
            "values": {label: float(value) for label, value in zip(labels, row, strict=True)},
            "units": dict(zip(labels, output.units, strict=True)),
        }

    def format_line(self, answer: Mapping[str, Any]) -> str:
        """See `OutputKind`."""
        units = answer["units"]
        return ", ".join(f"{name}  {value:.6g} {units[name]}".rstrip() for name, value in answer["values"].items())

    def list_columns(self, output: ModelOutput, labels: Sequence[str]) -> list[str]:
        """See `OutputKind`."""
        return [f"{name} ({unit})" if unit else name for name, unit in zip(labels, output.units, strict=True)]

    def list_cells(self, answer: Mapping[str, Any]) -> list[Any]:
        """See `OutputKind`."""
        return list(answer["values"].values())


OUTPUT_KIND = ValueOutput()
