"""The base class of a kind of output: all that code elsewhere asks about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import ModelOutput, OutputName
from webparity.taps import Tap
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance

# The stage of a report that compares labels: one an image, or a set of them.
LabelStage = Literal["top1", "labels"]


class OutputKind(ABC):
    """What is particular to one kind of output.

    Attributes:
        name: as the manifest has it.
        title: what the numbers are, in words that follow "Expected …".
        requests: the words of `--outputs` that lead to it, each with what it says of the model.
        taps: of an artifact, in the order in which graphs list them.
        answer: the tap that is shown, and that the label follows from.
        label_stage: the stage of a report that compares labels; None without labels.
    """

    name: ClassVar[OutputName]
    title: ClassVar[str]
    requests: ClassVar[Mapping[str, str]]
    taps: ClassVar[tuple[Tap, ...]]
    answer: ClassVar[Tap]
    label_stage: ClassVar[LabelStage | None]

    @property
    def numbers(self) -> tuple[Tap, ...]:
        """The taps but `pixels`, the answer first."""
        return (self.answer, *(tap for tap in self.taps if tap not in {"pixels", self.answer}))

    @property
    def measured(self) -> Tap:
        """The tap whose differences are measured by its span: `scores`, or else the answer."""
        return "scores" if "scores" in self.taps else self.answer

    def count_numbers(self, output: ModelOutput, labels: int) -> int:
        """Count the numbers of an image in each tap but `pixels`."""
        del output
        return labels

    @abstractmethod
    def find_contradiction(self, output: ModelOutput, labels: int) -> str | None:
        """Describe what of the manifest's `output` does not fit this kind or the number of labels, or return None."""

    def find_fault(self, row: NDArray[Any]) -> str | None:
        """Describe what is wrong with one image's answer [C], or return None."""
        return None if row.size and np.isfinite(row).all() else "NaN or infinity"

    def describe_rows(self, rows: NDArray[Any]) -> str:
        """Describe the row of [N, C] that is furthest from this kind, or return an empty text; NaN is passed over."""
        del rows
        return ""

    def decide(self, rows: NDArray[Any], output: ModelOutput) -> list[tuple[int, ...]]:
        """Decide the labels of each row of [N, C], by index; none where there is no label.

        Args:
            rows: answers; a row that is not finite has the label -1.
            output: the manifest's.
        """
        sound = np.isfinite(rows).all(axis=1)
        known = iter(self._decide(rows[sound], output))
        return [next(known) if each else (-1,) for each in sound]

    @abstractmethod
    def _decide(self, rows: NDArray[Any], output: ModelOutput) -> Sequence[tuple[int, ...]]:
        """Decide the labels of finite rows."""

    @abstractmethod
    def compute_margins(self, rows: NDArray[Any], output: ModelOutput) -> NDArray[np.float64]:
        """Compute how far each row of [N, C] is from another label, float64 [N], in the answer's own unit."""

    def compute_openness(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Compute how much an error of the scores moves each answer of [N, C], from 0 to 1: [N]."""
        return np.ones(len(rows), np.float32)

    @abstractmethod
    def widen(self, tolerance: Tolerance, resolution: Resolution, device: DeviceClass, rows: NDArray[Any]) -> Tolerance:
        """Widen limits to what float32 can hold of the scores behind the reference's answers [N, C].

        The table (`webparity.verification.tolerance`) has the derivations.
        """

    @abstractmethod
    def describe(self, row: NDArray[Any], output: ModelOutput, labels: Sequence[str]) -> dict[str, Any]:
        """Describe one image's answer [C] by fields of `webparity.prediction.prediction.Prediction`."""

    @abstractmethod
    def format_line(self, answer: Mapping[str, Any]) -> str:
        """Format what `describe` gives for a line of text."""

    @abstractmethod
    def list_columns(self, output: ModelOutput, labels: Sequence[str]) -> list[str]:
        """List the titles of a table of answers."""

    @abstractmethod
    def list_cells(self, answer: Mapping[str, Any]) -> list[Any]:
        """List what `describe` gives in the order of `list_columns`."""
