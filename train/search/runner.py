"""Run jobs once each, in this process or on a Dask cluster, with the same outcomes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from webparity.train.progress import StepCallback, TrialCallback
from webparity.train.recipes.recipe import Recipe
from webparity.train.search.job import Job, Outcome, RunJobs, Subject, collect_versions, run_job
from webparity.train.search.journal import Journal
from webparity.train.search.parts import Parts


class Runner:
    """Runner of jobs that are not in the journal; it adds their outcomes to it.

    Args:
        run_jobs: see `RunJobs`.
        journal: of this search.
        progress: called with jobs done, jobs in all if known, and the running figures of a training.
        total: jobs in all, if known.
    """

    def __init__(
        self,
        run_jobs: RunJobs,
        journal: Journal[Outcome],
        progress: TrialCallback | None,
        total: int | None,
    ) -> None:
        self._run_jobs = run_jobs
        self._journal = journal
        self._progress = progress
        self._total = total
        self._done = 0

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Run jobs; return their outcomes in the same order."""
        missing = {job.name: job for job in jobs if job.name not in self._journal.finished}
        self._done += len(jobs) - len(missing)
        self._report(0.0, {})
        for job, outcome in self._run_jobs(list(missing.values()), self._report_step):
            self._journal.add(job.name, outcome)
            self._done += 1
            self._report(0.0, {})
        return [self._journal.finished[job.name] for job in jobs]

    def _report_step(self, done: int, total: int, figures: dict[str, float]) -> None:
        self._report(done / total, figures)

    def _report(self, part: float, figures: dict[str, float]) -> None:
        if self._progress is not None:
            self._progress(self._done + part, self._total, figures)


@contextmanager
def open_runner(
    recipe: Recipe,
    parts: Parts,
    subject: Subject,
    *,
    search: dict[str, Any],
    total: int | None,
    cluster: str | None,
    progress: TrialCallback | None,
    journal: Path | None,
) -> Iterator[Runner]:
    """Context of a runner for one search.

    Args:
        recipe: what to train.
        parts: what to train it on.
        subject: the same, told to workers.
        search: tells what else the order of jobs follows from; a journal of another search is not taken up.
        total: jobs in all, if known.
        cluster: the address of a Dask scheduler, or None to work here.
        progress: see `Runner`.
        journal: see `Journal`.

    Raises:
        UsageError: the cluster cannot be reached or used, or the journal cannot be written.
    """
    known = Journal(journal, {"search": search, "subject": subject, "versions": collect_versions()}, Outcome)
    with contextlib.ExitStack() as stack:
        if cluster is None:
            run_jobs = _run_here(recipe, parts, subject.seed)
        else:
            from webparity.train.search.cluster import connect_cluster

            run_jobs = stack.enter_context(connect_cluster(cluster, subject))
        yield Runner(run_jobs, known, progress, total)


def _run_here(recipe: Recipe, parts: Parts, seed: int) -> RunJobs:
    def run(jobs: Sequence[Job], steps: StepCallback) -> Iterator[tuple[Job, Outcome]]:
        for job in jobs:
            yield job, run_job(recipe, parts[job.part], job, seed, steps)

    return run
