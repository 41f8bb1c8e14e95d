"""Formatting of figures for all views: short, with their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webparity.outputs.registry import get_output_kind
from webparity.verification.report import Decode, Reference, Report, Run


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One stage of one run: its text, the limit's (empty: nothing is allowed), if it is within (None: not reached)."""

    text: str
    limit: str
    ok: bool | None


_SMALL, _LARGE = 1e-2, 1e3
SAME_BITS = "same bits"
_DRIFTS = ("decode", "pixels", "scores", "probabilities", "values")
_COLUMNS = ("integrity", *_DRIFTS, "top-1", "labels", SAME_BITS, "leaks")
# Columns that a kind of output may lack, with the tap or the stage that they show.
_OF_KINDS = {
    "scores": "scores",
    "probabilities": "probabilities",
    "values": "values",
    "top-1": "top1",
    "labels": "labels",
}
_SHOWN_DIGITS = 8
# What has no limit.
LAST_COLUMNS = ("headroom", "ms")


def format_number(value: float | None) -> str:
    """Format a number with three digits, or as a power of ten if it is small or large; a dash for none."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    if _SMALL <= abs(value) < _LARGE:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def list_columns(report: Report) -> tuple[str, ...]:
    """List the stages of a report: those that its kind of output has, and `same bits` only where a run has it."""
    kind = get_output_kind(report.output)
    has = {*kind.taps, kind.label_stage}
    missing = {name for name, stage in _OF_KINDS.items() if stage not in has}
    if all(run.bits is None for run in report.runs):
        missing.add(SAME_BITS)
    return tuple(name for name in _COLUMNS if name not in missing)


def list_drift_columns(report: Report) -> tuple[str, ...]:
    """List the stages of a report's reference."""
    return tuple(name for name in list_columns(report) if name in _DRIFTS)


def format_cells(run: Run, columns: Sequence[str]) -> list[Cell]:
    """Format a run's stages, those of `list_columns` in their order."""
    cells = {
        "integrity": _format_integrity(run),
        **dict(zip(_DRIFTS, format_drift_cells(run, _DRIFTS), strict=True)),
        "top-1": _format_labels(run),
        "labels": _format_label_sets(run),
        SAME_BITS: _format_bits(run),
        "leaks": _format_leaks(run),
    }
    return [cells[name] for name in columns]


def format_last_cells(run: Run) -> list[Cell]:
    """Format a run's headroom and median latency, in the order of `LAST_COLUMNS`."""
    labels = run.top1 or run.labels
    headroom = labels.headroom if labels is not None else None
    latency = run.latency_ms.median if run.latency_ms is not None else None
    return [Cell(text=format_number(value), limit="", ok=None) for value in (headroom, latency)]


def format_drift_cells(run: Run | Reference, columns: Sequence[str]) -> list[Cell]:
    """Format the stages of `list_drift_columns`, in their order."""
    decode, pixels, scores, probabilities = run.decode, run.pixels, run.scores, run.probabilities
    values = run.values
    cells = [
        _NEVER if decode is None else Cell(text=_format_decode(decode), limit="", ok=decode.ok),
        _NEVER if pixels is None else _format_drift(pixels.ok, pixels.max_abs, pixels.nonfinite, pixels.tolerance),
        _NEVER if scores is None else _format_drift(scores.ok, scores.max_rel, scores.nonfinite, scores.tolerance),
        _NEVER
        if probabilities is None
        else _format_drift(probabilities.ok, probabilities.max_abs, probabilities.nonfinite, probabilities.tolerance),
        _NEVER if values is None else _format_drift(values.ok, values.max_rel, values.nonfinite, values.tolerance),
    ]
    return [cell for name, cell in zip(_DRIFTS, cells, strict=True) if name in columns]


_NEVER = Cell(text="-", limit="", ok=None)


def _format_integrity(run: Run) -> Cell:
    stage = run.integrity
    if stage is None:
        return _NEVER
    return Cell(text="ok" if stage.ok else f"{len(stage.failing)} files", limit="", ok=stage.ok)


def _format_decode(decode: Decode) -> str:
    if decode.differing:
        return f"{decode.differing} differ"
    return f"{decode.identical} alike" + (f", {decode.refused_alike} refused" if decode.refused_alike else "")


def _format_drift(ok: bool, value: float | None, nonfinite: int, limit: float) -> Cell:
    return Cell(text=f"{nonfinite} NaN" if nonfinite else format_number(value), limit=format_number(limit), ok=ok)


def _format_labels(run: Run) -> Cell:
    stage = run.top1
    if stage is None:
        return _NEVER
    undecided = f", {len(stage.undecided)} undecided" if stage.undecided else ""
    return Cell(text=f"{stage.flips} flip{'' if stage.flips == 1 else 's'}{undecided}", limit="", ok=stage.ok)


def _format_label_sets(run: Run) -> Cell:
    stage = run.labels
    if stage is None:
        return _NEVER
    undecided = f", {len(stage.undecided)} undecided" if stage.undecided else ""
    return Cell(text=f"{stage.changed} changed{undecided}", limit="", ok=stage.ok)


def _format_bits(run: Run) -> Cell:
    stage = run.bits
    if stage is None:
        return _NEVER
    if stage.ok:
        return Cell(text=stage.sha256[:_SHOWN_DIGITS], limit="", ok=True if stage.held_to else None)
    return Cell(text=f"{stage.differing or 'all'} differ", limit="", ok=False)


def _format_leaks(run: Run) -> Cell:
    stage = run.resources
    return _NEVER if stage is None else Cell(text=str(stage.leaked_tensors), limit="", ok=stage.ok)
