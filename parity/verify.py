"""Verification: every runtime on every artifact is compared with the reference on the same image files."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import BoundedSemaphore

import numpy as np

from webparity.bundle.manifest import GoldenImage
from webparity.bundle.read import Bundle, describe_unproven, list_failing_files, open_bundle
from webparity.bundle.unlisted_files import list_unlisted_files
from webparity.decode.batch import count_cores
from webparity.errors import UsageError
from webparity.parity.bundle_integrity import list_damaged_files, make_failed_reference
from webparity.parity.comparison.same_bits import hold_to_same_bits
from webparity.parity.comparison.undecided import ReferenceOnPixels
from webparity.parity.comparison.verdict import explain_failure, find_missing_runtimes
from webparity.parity.plan import PlannedRun, plan_runs
from webparity.parity.reference import STAND_IN_ARTIFACT, ReferenceRun
from webparity.parity.report import VerificationReport
from webparity.parity.result import RefusedImage, RunResult
from webparity.parity.run_execution import RunExecution
from webparity.parity.samples import ImageFile, Sample, collect_images, decode_batches, list_golden_files, take_evenly
from webparity.progress import ProgressCallback, open_progress
from webparity.verification.report import Integrity, Reference, Run


@dataclass(frozen=True, kw_only=True)
class _Task:
    """The runs, the images (golden ones with their stored answers), the damaged files and the refused images."""

    bundle: Bundle
    planned: list[PlannedRun]
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
    progress: ProgressCallback | None = None,
    max_silence: float | None = None,
    expect_digest: str | None = None,
    trust: bool = False,
) -> VerificationReport:
    """Verify a bundle.

    Args:
        bundle: a bundle, its folder or its `site/`.
        images: image files or folders of them; the bundle's golden set by default.
        runtimes: names (`runtime[:backend][@engine]`) or parts of them to run; every runtime by default. The
            title of a run in a report, `tfjs:wasm@node [tfjs-graph-float32]`, is that run alone.
        browsers: browser families to run; all by default.
        require: names or parts of names, with an artifact or without, that must be reachable.
        max_images: at most that many images, spread evenly over all.
        progress: called as `(run, images done, images in all)` after each batch of each run, in this thread; a bar in
            terminals and notebooks by default.
        max_silence: seconds without a sign of life after which a runtime in Node or a browser is ended, started once
            more, and failed when it hangs again; 20 by default.
        expect_digest: the digest that `webparity export` printed; another bundle is refused.
        trust: run a trained model whose graph may do more than compute, a SavedModel; else its stored answers, or the
            ONNX artifact, stand in.

    Returns:
        The report. `report.raise_for_verdict()` raises unless all is within tolerance; `report.save(folder)` writes it;
        a notebook shows its table.

    Raises:
        BundleError: the bundle cannot be read, or has another digest.
        UsageError: a name matches no runtime, the bundle has no such artifact, or there are no images.
    """
    opened = bundle
    if not isinstance(opened, Bundle) or (expect_digest is not None and not opened.expected):
        opened = open_bundle(opened.site if isinstance(opened, Bundle) else opened, expect_digest=expect_digest)
    opened = replace(opened, trusted=trust)
    planned = plan_runs(opened, runtimes=runtimes, browsers=browsers, require=require)
    if max_silence is not None:
        planned = [replace(p, silence=max_silence) for p in planned]
    golden = take_evenly(list(opened.manifest.golden), max_images) if images is None else None
    given = collect_images(images if images is not None else []) if golden is None else None
    files = list_golden_files(opened, golden or []) if given is None else take_evenly(given.files, max_images)
    if not files:
        raise UsageError("Expected images to verify; received a bundle without a golden set. Give images=….")
    integrity = list_failing_files(opened)
    task = _Task(bundle=opened, planned=planned, files=files, golden=golden, failing=integrity)
    with open_progress(progress) as report_progress:
        reference, runs = _execute(task, report_progress)
    if reference.stand_in == STAND_IN_ARTIFACT:
        reference = _verify_stand_in(opened, reference)
    missing = find_missing_runtimes(require, runs, reference)
    reason = explain_failure(integrity, reference, runs, missing)
    return VerificationReport(
        bundle=opened.digest,
        name=opened.manifest.name,
        labels=list(opened.manifest.labels),
        output=opened.manifest.output,
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


def _execute(task: _Task, progress: ProgressCallback) -> tuple[Reference, list[Run]]:
    bundle, planned, failing = task.bundle, task.planned, task.failing
    names = [file.name for file in task.files]
    common = list_damaged_files(bundle, None, failing)
    if common:
        # The reference or the images themselves cannot be trusted, so nothing is run at all.
        runs = _start_executions(bundle, planned, failing)
        nothing = RunResult(outcomes=(), pixel_drift=np.zeros(0))
        return make_failed_reference(bundle, common), [run.finish(nothing, []) for run in runs]
    with ReferenceRun(bundle, task.golden, failing) as reference:
        others = [p for p in planned if not reference.is_reference(p)]
        executions = _start_executions(bundle, others, failing, reference.on_pixels)
        try:
            stream = _record_refusals(decode_batches(task.files, bundle.manifest.preprocessing), task.refused)
            _feed(reference, executions, stream, len(names), progress)
            result = reference.get_result()
            runs_done = [execution.finish(result, names) for execution in executions]
            bits = [execution.answer_bits for execution in executions]
            runs_done = hold_to_same_bits(runs_done, bits, names, _get_kept_bits(task))
        finally:
            for execution in executions:
                execution.close()
        return reference.check(names), runs_done


def _get_kept_bits(task: _Task) -> dict[str, str]:
    """Return the digests that the manifest keeps of the answers to these images, by artifact."""
    manifest = task.bundle.manifest
    if task.golden is None or len(task.golden) != len(manifest.golden):
        return {}
    return {artifact.id: artifact.golden_bits for artifact in manifest.artifacts if artifact.golden_bits is not None}


def _record_refusals(stream: Iterable[list[Sample]], refused: dict[str, str]) -> Iterator[list[Sample]]:
    """Pass batches through and record by name which images the decode contract refuses."""
    for batch in stream:
        refused.update({s.file.name: s.content.message for s in batch if isinstance(s.content, RefusedImage)})
        yield batch


def _start_executions(
    bundle: Bundle,
    planned: list[PlannedRun],
    failing: list[str],
    ask: ReferenceOnPixels | None = None,
) -> list[RunExecution]:
    slots = BoundedSemaphore(count_cores())
    return [RunExecution(bundle, p, list_damaged_files(bundle, p.artifact, failing), slots, ask) for p in planned]


def _feed(
    reference: ReferenceRun,
    executions: list[RunExecution],
    stream: Iterable[list[Sample]],
    total: int,
    progress: ProgressCallback,
) -> None:
    """Pass every batch to the reference and all runs; at most two batches are kept in memory."""
    waiting: deque[list[Future[None]]] = deque()
    ends: deque[int] = deque()

    def await_oldest_batch() -> None:
        end = ends.popleft()
        for execution, future in zip(executions, waiting.popleft(), strict=True):
            future.result()
            progress(execution.planned.title, end, total)

    count = 0
    for batch in stream:
        reference.feed(batch)
        count += len(batch)
        ends.append(count)
        waiting.append([execution.submit(batch) for execution in executions])
        if len(waiting) > 1:
            await_oldest_batch()
    while waiting:
        await_oldest_batch()


def _verify_stand_in(bundle: Bundle, reference: Reference) -> Reference:
    """Fail the stand-in, the float32 ONNX artifact, unless it passes on the golden set's stored answers."""
    golden = verify(bundle, runtimes=["onnxruntime"], progress=lambda *_: None)
    passed = any(run.artifact == STAND_IN_ARTIFACT and run.verdict == "pass" for run in golden.runs)
    if passed:
        return reference
    why = f"the artifact {STAND_IN_ARTIFACT} that stands in does not pass on the golden set: {golden.reason}"
    return replace(reference, verdict="fail", reason=why)
