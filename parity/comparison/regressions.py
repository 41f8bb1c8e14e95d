"""Regressions between an earlier report and a later one."""

from __future__ import annotations

from dataclasses import dataclass

from webparity.verification.report import Report, Run

# Sums change their order between versions: below this share of the tolerance, growth is noise.
_NOTABLE_SHARE = 0.1
_NOTABLE_GROWTH = 2.0


@dataclass(frozen=True, kw_only=True)
class Regression:
    """One regression of one run."""

    run: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        """Format as one line for the terminal."""
        return f"{self.run}: {self.what} was {self.before}, is {self.after}"


def find_regressions(earlier: Report, later: Report) -> list[Regression]:
    """Find regressions: a run gone or no longer passing, or a difference doubled and above a tenth of its tolerance.

    Reports that have no measured run in common are a finding too: nothing can be said of them.

    Args:
        earlier: the report to compare with.
        later: the new report.

    Returns:
        Findings in the order of the earlier report's runs; empty if nothing got worse.
    """
    now = {run.title: run for run in later.runs}
    findings: list[Regression] = []
    for before in earlier.runs:
        after = now.get(before.title)
        if after is None:
            if before.verdict == "pass":
                findings.append(Regression(run=before.title, what="verdict", before="pass", after="gone"))
            continue
        if before.verdict == "pass" and after.verdict != "pass":
            findings.append(Regression(run=before.title, what="verdict", before="pass", after=after.verdict))
        findings += [
            Regression(run=before.title, what=stage, before=f"{old:.1e}", after=f"{new:.1e}")
            for stage, (old, _), (new, limit) in zip(_STAGES, _list_drifts(before), _list_drifts(after), strict=True)
            if old is not None and new is not None and new > max(old * _NOTABLE_GROWTH, limit * _NOTABLE_SHARE)
        ]
        findings += [
            Regression(run=before.title, what=stage, before=f"{old:.1e}", after="not measured")
            for stage, (old, _), (new, _) in zip(_STAGES, _list_drifts(before), _list_drifts(after), strict=True)
            if old is not None and new is None and after.verdict == "pass"
        ]
    if not any(_is_measured(run) and run.title in now and _is_measured(now[run.title]) for run in earlier.runs):
        # An empty list would mean that there is no regression.
        both = f"{_join_titles(later)}, which have no measured run in common"
        findings.append(Regression(run="all runs", what="the comparison", before=_join_titles(earlier), after=both))
    return findings


def _is_measured(run: Run) -> bool:
    return any(value is not None for value, _ in _list_drifts(run))


def _join_titles(report: Report) -> str:
    return ", ".join(run.title for run in report.runs if _is_measured(run)) or "no run that measured anything"


_STAGES = ("pixels", "scores", "probabilities", "values")


def _list_drifts(run: Run) -> list[tuple[float | None, float]]:
    """Largest drift and its limit, for each of `_STAGES`."""
    return [
        (run.pixels.max_abs, run.pixels.tolerance) if run.pixels else (None, 0.0),
        (run.scores.max_rel, run.scores.tolerance) if run.scores else (None, 0.0),
        (run.probabilities.max_abs, run.probabilities.tolerance) if run.probabilities else (None, 0.0),
        (run.values.max_rel, run.values.tolerance) if run.values else (None, 0.0),
    ]
