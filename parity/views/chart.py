"""Layout of the chart of probability differences: a log axis from 1e-9 to 1, one row per run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from webparity.verification.report import Report, Run

_LOWEST, _HIGHEST = -9.0, 0.0
_LEFT, _WIDTH, _ROW = 8.0, 84.0, 26


@dataclass(frozen=True, kw_only=True)
class Row:
    """One run: positions in percent of the chart's width, height in pixels."""

    title: str
    verdict: str
    y: int
    mean: float
    p99: float
    largest: float
    limit: float


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Rows from top to bottom and ticks of the axis as (position in percent, exponent)."""

    rows: list[Row]
    ticks: list[tuple[float, int]]
    height: int


def compute_axis_position(value: float) -> float:
    """Compute the position of a difference in percent of the width; 0 and whatever is below 1e-9 at the left end."""
    exponent = _LOWEST if value <= 0 else min(max(math.log10(value), _LOWEST), _HIGHEST)
    return _LEFT + _WIDTH * (exponent - _LOWEST) / (_HIGHEST - _LOWEST)


def lay_out_chart(report: Report) -> Chart:
    """Lay out the runs that have probabilities."""
    measured = [run for run in report.runs if run.probabilities is not None and run.probabilities.max_abs is not None]
    ticks = [(compute_axis_position(10.0**exponent), exponent) for exponent in range(int(_LOWEST), int(_HIGHEST) + 1)]
    rows = [_lay_out_row(run, index) for index, run in enumerate(measured)]
    return Chart(rows=rows, ticks=ticks, height=_ROW * (2 * len(rows)) + 34)


def _lay_out_row(run: Run, index: int) -> Row:
    drift = run.probabilities
    assert drift is not None
    return Row(
        title=run.title,
        verdict=run.verdict,
        y=_ROW * 2 * index + 18,
        mean=compute_axis_position(drift.mean_abs or 0.0),
        p99=compute_axis_position(drift.p99_abs or 0.0),
        largest=compute_axis_position(drift.max_abs or 0.0),
        limit=compute_axis_position(drift.tolerance),
    )
