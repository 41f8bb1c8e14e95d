"""Verification: every runtime on every artifact, held to the reference on the same image files."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import BoundedSemaphore

import numpy as np

from webparity.bundle.manifest import GoldenImage
from webparity.bundle.read import Bundle, describe_unproven, list_failing_files, open_bundle
from webparity.bundle.unlisted_files import list_unlisted_files
from webparity.errors import UsageError
from webparity.parity.bundle_integrity import damaged_for, damaged_reference
from webparity.parity.comparison.undecided import OnPixels
from webparity.parity.comparison.verdict import missing_runtimes, sum_up
from webparity.parity.plan import Planned, plan
from webparity.parity.reference import STAND_IN_ARTIFACT, ReferenceRun
from webparity.parity.result import Refusal, RunResult
from webparity.parity.run_execution import Attempt
from webparity.parity.samples import ImageFile, Sample, batches, collect, golden_files, spread
from webparity.verification.report import Integrity, Reference, Report, Run


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one run has come: images done of all."""

    run: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What to do: the runs, the images (golden ones with their stored answers), damaged files, and what was refused."""

    bundle: Bundle
    planned: list[Planned]
    files: list[ImageFile]
    golden: list[GoldenImage] | None
    failing: list[str]
    refused: dict[str, str] = field(default_factory=dict)


def verify(
    bundle: Bundle | Path | str,
    *,
    images: Path | str | Sequence[Path | str] | None = None,
    runtimes: Sequence[str] = (),
    browsers: Sequence[str] = (),
    require: Sequence[str] = (),
    max_images: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    max_silence: float | None = None,
    expect_digest: str | None = None,
) -> Report:
    """Verify a bundle.

    Args:
        bundle: a bundle, its folder or its `site/`.
        images: image files or folders of them; the bundle's golden set by default.
        runtimes: names (`runtime[:backend][@engine]`) or parts of them to run; every runtime by default.
        browsers: browser families to run; all by default.
        require: names or parts of names that must be reachable.
        max_images: at most that many images, spread evenly over all.
        progress: called after each batch of each run, in this thread.
        max_silence: seconds without a sign of life after which a runtime in Node or a browser is ended, started once
            more, and failed when it hangs again; 20 by default.
        expect_digest: the digest that `webparity export` printed; another bundle is refused.

    Returns:
        The report; `report.raise_for_verdict()` raises unless all is within tolerance.

    Raises:
        BundleError: the bundle cannot be read, or has another digest.
        UsageError: a name matches no runtime, or there are no images.
    """
    opened = bundle
    if not isinstance(opened, Bundle) or (expect_digest is not None and not opened.expected):
        opened = open_bundle(opened.site if isinstance(opened, Bundle) else opened, expect_digest=expect_digest)
    planned = plan(opened, runtimes=runtimes, browsers=browsers, require=require)
    if max_silence is not None:
        planned = [replace(p, silence=max_silence) for p in planned]
    golden = spread(list(opened.manifest.golden), max_images) if images is None else None
    given = collect(images if images is not None else []) if golden is None else None
    files = golden_files(opened, golden or []) if given is None else spread(given.files, max_images)
    if not files:
        raise UsageError("Expected images to verify; received a bundle without a golden set. Give images=….")
    integrity = list_failing_files(opened)
    task = _Task(bundle=opened, planned=planned, files=files, golden=golden, failing=integrity)
    reference, runs = _carry_out(task, progress)
    if reference.stand_in == STAND_IN_ARTIFACT:
        reference = _prove_stand_in(opened, reference)
    missing = missing_runtimes(require, runs, reference)
    reason = sum_up(integrity, reference, runs, missing)
    return Report(
        bundle=opened.digest,
        name=opened.manifest.name,
        labels=list(opened.manifest.labels),
        images=len(files),
        refused=task.refused,
        ignored=dict(given.ignored) if given is not None else {},
        integrity=Integrity(ok=not integrity, failing=integrity),
        extra=list_unlisted_files(opened),
        unproven=describe_unproven(opened) or "",
        reference=reference,
        verdict="fail" if reason else "pass",
        reason=reason,
        required=list(require),
        missing=missing,
        runs=runs,
    )


def _carry_out(task: _Task, progress: Callable[[Progress], None] | None) -> tuple[Reference, list[Run]]:
    bundle, planned, failing = task.bundle, task.planned, task.failing
    names = [file.name for file in task.files]
    common = damaged_for(bundle, None, failing)
    if common:
        # The reference or the images themselves cannot be trusted, so nothing is run at all.
        runs = _attempts(bundle, planned, failing)
        nothing = RunResult(outcomes=(), pixel_drift=np.zeros(0))
        return damaged_reference(bundle, common), [run.finish(nothing, []) for run in runs]
    with ReferenceRun(bundle, task.golden, failing) as reference:
        others = [p for p in planned if not reference.is_itself(p)]
        attempts = _attempts(bundle, others, failing, reference.on_pixels)
        try:
            stream = _noting(batches(task.files, bundle.manifest.preprocessing), task.refused)
            _feed(reference, attempts, stream, len(names), progress)
            result = reference.result()
            runs_done = [attempt.finish(result, names) for attempt in attempts]
        finally:
            for attempt in attempts:
                attempt.close()
        return reference.judge(names), runs_done


def _noting(stream: Iterable[list[Sample]], refused: dict[str, str]) -> Iterator[list[Sample]]:
    """The same batches, with what the decode contract refuses written down by name."""
    for batch in stream:
        refused.update({s.file.name: s.content.message for s in batch if isinstance(s.content, Refusal)})
        yield batch


def _attempts(
    bundle: Bundle,
    planned: list[Planned],
    failing: list[str],
    ask: OnPixels | None = None,
) -> list[Attempt]:
    slots = BoundedSemaphore(os.cpu_count() or 1)
    return [Attempt(bundle, p, damaged_for(bundle, p.artifact, failing), slots, ask) for p in planned]


def _feed(
    reference: ReferenceRun,
    attempts: list[Attempt],
    stream: Iterable[list[Sample]],
    total: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Pass every batch to all; the reference works one batch ahead, and no more are kept."""
    waiting: deque[list[Future[None]]] = deque()
    ends: deque[int] = deque()

    def settle() -> None:
        end = ends.popleft()
        for attempt, future in zip(attempts, waiting.popleft(), strict=True):
            future.result()
            if progress is not None:
                progress(Progress(run=attempt.planned.title, done=end, total=total))

    count = 0
    for batch in stream:
        reference.feed(batch)
        count += len(batch)
        ends.append(count)
        waiting.append([attempt.submit(batch) for attempt in attempts])
        if len(waiting) > 1:
            settle()
    while waiting:
        settle()


def _prove_stand_in(bundle: Bundle, reference: Reference) -> Reference:
    """The float32 ONNX artifact may stand in only if it passes on the golden set's stored answers."""
    golden = verify(bundle, runtimes=["onnxruntime"])
    passed = any(run.artifact == STAND_IN_ARTIFACT and run.verdict == "pass" for run in golden.runs)
    if passed:
        return reference
    why = f"the artifact {STAND_IN_ARTIFACT} that stands in does not pass on the golden set: {golden.reason}"
    return replace(reference, verdict="fail", reason=why)
