"""Comparison of a runtime's answers with the reference's, stage by stage.

Each stage owns only its own drift: images that were decoded differently count there and are left out of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webparity.outputs.model_output import ModelOutput
from webparity.outputs.output_kind import OutputKind
from webparity.outputs.registry import get_output_kind
from webparity.parity.comparison.labels import compare_labels, make_label_sets, make_top1
from webparity.parity.comparison.undecided import is_undecided
from webparity.parity.result import Answer, RunResult
from webparity.verification.report import (
    Decode,
    LabelSets,
    Latency,
    Pixels,
    Probabilities,
    Resources,
    Scores,
    Stage,
    Top1,
    Values,
)
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import DeviceClass, Resolution, Tolerance


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The stages of one run, as in `webparity.verification.report`; one that the output does not have is None."""

    decode: Decode
    pixels: Pixels
    scores: Scores | None
    probabilities: Probabilities | None
    values: Values | None
    top1: Top1 | None
    labels: LabelSets | None
    resources: Resources
    latency_ms: Latency | None

    @property
    def undecided(self) -> int:
        """How many images were left out as undecided; 0 where there are no labels."""
        stage = self.top1 or self.labels
        return 0 if stage is None else len(stage.undecided)

    def find_first_failing(self) -> Stage | None:
        """Return the first stage outside tolerance in processing order, or None."""
        for name in _STAGES:
            stage = getattr(self, name)
            if stage is not None and not stage.ok:
                return name
        return None


_UNKNOWN = Resolution()
_PROBABILITIES = ModelOutput()
_STAGES: tuple[Stage, ...] = (
    "decode",
    "pixels",
    "scores",
    "probabilities",
    "values",
    "top1",
    "labels",
    "resources",
)


def compare(
    reference: RunResult,
    run: RunResult,
    tolerance: Tolerance,
    names: Sequence[str],
    *,
    resolution: Resolution = _UNKNOWN,
    device: DeviceClass = "cpu",
    output: ModelOutput = _PROBABILITIES,
) -> Comparison:
    """Compare a run with the reference.

    Args:
        reference: the reference's answers to N images.
        run: the run's answers to the same images in the same order.
        tolerance: the limits of the run's backend.
        names: the images' names, for the report.
        resolution: what float32 can hold of the model's scores, as the manifest says.
        device: the run's class of backends.
        output: what the model's numbers are, as the manifest says.

    Returns:
        Every stage with its figures and whether it is within its limit. A stage that nothing could be compared at is
        not: no comparison, no pass.
    """
    kind = get_output_kind(output)
    decode = _compare_decode(reference, run, names)
    pairs = [
        (index, expected, received)
        for index, (expected, received) in enumerate(zip(reference.outcomes, run.outcomes, strict=True))
        if isinstance(expected, Answer) and isinstance(received, Answer) and expected.rgb8 == received.rgb8
    ]
    shared = [index for index, _, _ in pairs]
    pixels = _compare_pixels(run.pixel_drift[shared], tolerance.pixels, [names[index] for index in shared])
    whole = {tap: _stack_rows([expected.get_numbers(tap) for _, expected, _ in pairs]) for tap in kind.numbers}
    span = max(compute_score_span(whole[kind.measured], whole.get("probabilities")), resolution.scale)
    tolerance = kind.widen(tolerance, resolution, device, whole[kind.answer] if pairs else np.zeros((0, 1)))
    undecided = [
        index for index, expected, received in pairs if is_undecided(expected, received, tolerance, span, output)
    ]
    pairs = [pair for pair in pairs if pair[0] not in undecided]
    common, left_out = [names[index] for index, _, _ in pairs], [names[index] for index in undecided]
    rows = {
        tap: (
            _stack_rows([expected.get_numbers(tap) for _, expected, _ in pairs]),
            _stack_rows([received.get_numbers(tap) for _, _, received in pairs]),
        )
        for tap in kind.numbers
    }
    labels = compare_labels(*rows[kind.answer], common, tolerance.margin, output)
    return Comparison(
        decode=decode,
        pixels=pixels,
        scores=_compare_scores(*rows["scores"], span, tolerance.scores, common) if "scores" in rows else None,
        probabilities=_compare_probabilities(*rows["probabilities"], tolerance.probabilities, common, kind)
        if "probabilities" in rows
        else None,
        values=_compare_values(*rows["values"], span, tolerance.scores, common) if "values" in rows else None,
        top1=make_top1(labels, left_out) if kind.label_stage == "top1" else None,
        labels=make_label_sets(labels, left_out) if kind.label_stage == "labels" else None,
        resources=Resources(ok=run.leaked_tensors == 0, leaked_tensors=run.leaked_tensors),
        latency_ms=_summarize_latency([b.ms for _, _, b in pairs]),
    )


def _compare_decode(reference: RunResult, run: RunResult, names: Sequence[str]) -> Decode:
    identical, refused_alike, differing = 0, 0, []
    for name, expected, received in zip(names, reference.outcomes, run.outcomes, strict=True):
        if isinstance(expected, Answer) and isinstance(received, Answer) and expected.rgb8 == received.rgb8:
            identical += 1
        elif not isinstance(expected, Answer) and not isinstance(received, Answer) and expected.code == received.code:
            refused_alike += 1
        else:
            differing.append(name)
    return Decode(
        ok=identical > 0 and not differing,
        identical=identical,
        differing=len(differing),
        refused_alike=refused_alike,
        differing_images=differing,
    )


def _compare_pixels(drift: NDArray[np.float64], limit: float, names: Sequence[str]) -> Pixels:
    # An answer without its pixels would pass for one whose pixels agree.
    largest, nonfinite, worst = _find_largest(np.where(np.isnan(drift), np.inf, drift), names)
    return Pixels(
        ok=_is_within(largest, nonfinite, limit), max_abs=largest, tolerance=limit, nonfinite=nonfinite, worst=worst
    )


def _compare_scores(
    reference: NDArray[np.float64], run: NDArray[np.float64], span: float, limit: float, names: Sequence[str]
) -> Scores:
    drift = np.abs(run - reference) / span
    largest, nonfinite, worst = _find_largest(_compute_max_per_image(drift), names)
    return Scores(
        ok=_is_within(largest, nonfinite, limit), max_rel=largest, tolerance=limit, nonfinite=nonfinite, worst=worst
    )


def _compare_values(
    reference: NDArray[np.float64], run: NDArray[np.float64], span: float, limit: float, names: Sequence[str]
) -> Values:
    drift = np.abs(run - reference)
    largest, nonfinite, worst = _find_largest(_compute_max_per_image(drift), names)
    relative = None if largest is None else largest / span
    return Values(
        ok=_is_within(relative, nonfinite, limit),
        max_rel=relative,
        max_abs=largest,
        tolerance=limit,
        nonfinite=nonfinite,
        worst=worst,
    )


def _compare_probabilities(
    reference: NDArray[np.float64], run: NDArray[np.float64], limit: float, names: Sequence[str], kind: OutputKind
) -> Probabilities:
    drift = np.abs(run - reference)
    largest, nonfinite, worst = _find_largest(_compute_max_per_image(drift), names)
    finite = drift[np.isfinite(drift)]
    # The limits of reduced weights may be wide, but what is no probability is no answer.
    improper = sum(kind.find_fault(row) is not None for row in run if np.isfinite(row).all())
    return Probabilities(
        ok=improper == 0 and _is_within(largest, nonfinite, limit),
        max_abs=largest,
        mean_abs=float(np.mean(finite)) if finite.size else None,
        p99_abs=float(np.percentile(finite, 99)) if finite.size else None,
        tolerance=limit,
        nonfinite=nonfinite,
        worst=worst,
        improper=improper,
    )


def _is_within(largest: float | None, nonfinite: int, limit: float) -> bool:
    return nonfinite == 0 and largest is not None and largest <= limit


def _stack_rows(values: list[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Stack [C] vectors into float64 [N, C], so that differences are not rounded again."""
    return np.stack(values).astype(np.float64) if values else np.zeros((0, 1))


def _compute_max_per_image(drift: NDArray[np.float64]) -> NDArray[np.float64]:
    # A row with one NaN is infinite as a whole: max() would pass over it or give NaN, which compares false.
    rows: NDArray[np.float64] = np.max(np.where(np.isfinite(drift), drift, np.inf), axis=1)
    return rows


def _find_largest(drift: NDArray[np.float64], names: Sequence[str]) -> tuple[float | None, int, str | None]:
    """Return the largest finite value, the count of non-finite ones, and the worst image's name."""
    if drift.size == 0:
        return None, 0, None
    finite = drift[np.isfinite(drift)]
    worst = names[int(np.argmax(drift))] if len(names) == drift.size else None
    return (float(np.max(finite)) if finite.size else None), int(drift.size - finite.size), worst


def _summarize_latency(values: list[float]) -> Latency | None:
    measured = np.array([ms for ms in values if np.isfinite(ms)])
    if measured.size == 0:
        return None
    return Latency(median=float(np.median(measured)), p95=float(np.percentile(measured, 95)))
