"""Execution of one planned run on a thread of its own: open, run batch by batch, close after any error too."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import BoundedSemaphore

import numpy as np

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle
from webparity.errors import RuntimeUnavailable, WebparityError
from webparity.parity.comparison.compare import compare
from webparity.parity.comparison.same_bits import AnswerBits, AnswerBitsRecorder
from webparity.parity.comparison.stage_failure_message import describe_stage_failure
from webparity.parity.comparison.undecided import ReferenceOnPixels, add_reference_on_pixels
from webparity.parity.failure import RunFailed
from webparity.parity.plan import PlannedRun
from webparity.parity.result import Answer, Outcome, RunResult, compute_pixel_drift
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import DecodedImage, Sample
from webparity.verification.report import Integrity, Run
from webparity.verification.tolerance import TOLERANCES, get_device_class


class RunExecution:
    """The execution of one run. An error of its runtime fails this run only; no method raises it.

    Browser drivers belong to the thread that opened them, so each execution has exactly one.

    Args:
        bundle: the bundle.
        planned: what to run.
        failing: files of the bundle that this run would load and that are damaged; if any, nothing is run.
        slots: how many executions may work at a time.
        ask: the reference on resized pixels, if it is discontinuous.
    """

    def __init__(
        self,
        bundle: Bundle,
        planned: PlannedRun,
        failing: Sequence[str],
        slots: BoundedSemaphore,
        ask: ReferenceOnPixels | None = None,
    ) -> None:
        self.planned = planned
        self._ask = ask
        self._bundle = bundle
        self._failing = list(failing)
        self._slots = slots
        self._outcomes: list[Outcome] = []
        self._drift: list[float] = []
        self._bits = AnswerBitsRecorder() if planned.name.exact else None
        self._runtime: Runtime | None = None
        self._stack = ExitStack()
        self._error: WebparityError | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=str(planned.name))
        self._thread.submit(self._open)

    @property
    def answer_bits(self) -> AnswerBits | None:
        """The bits of all answers; None for a runtime whose bits may differ, and for a run that broke."""
        if self._bits is None or self._error is not None or not self._outcomes:
            return None
        return self._bits.get_result()

    def submit(self, batch: Sequence[Sample]) -> Future[None]:
        """Answer a batch after those before it."""
        return self._thread.submit(self._feed, batch)

    def finish(self, reference: RunResult, names: Sequence[str]) -> Run:
        """Close the runtime and compare its answers with the reference.

        Args:
            reference: what the run is held to, for all images submitted.
            names: their names.
        """
        self.close()
        return self._make_run(reference, names)

    def close(self) -> None:
        """Close the runtime and end the thread; may be called again."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._stack.close).result()
            self._thread.shutdown()

    def _open(self) -> None:
        planned = self.planned
        if self._failing:
            return
        try:
            artifact = _require_reachable(planned)
            with self._slots:
                runtime = planned.runtime_class(self._bundle, artifact, planned.name)
                runtime.silence = planned.silence
                self._runtime = self._stack.enter_context(runtime)
        except WebparityError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - a runtime may break in any way; the report must still be written
            self._error = RunFailed(f"{planned.name} did not open: {type(error).__name__}: {error}")

    def _feed(self, batch: Sequence[Sample]) -> None:
        if self._runtime is None or self._error is not None:
            return
        try:
            with self._slots:
                outcomes = self._runtime.infer(batch)
                if self._ask is not None:
                    outcomes = add_reference_on_pixels(outcomes, self._ask)
        except RunFailed as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - as above; after opening, even "unavailable" is a failure
            self._error = RunFailed(f"{self.planned.name} broke: {type(error).__name__}: {error}")
        else:
            for sample, outcome in zip(batch, outcomes, strict=True):
                self._drift.append(measure_outcome_drift(sample, outcome))
                if self._bits is not None:
                    self._bits.add(outcome)
                self._outcomes.append(drop_pixels(outcome))

    def _make_run(self, reference: RunResult, names: Sequence[str]) -> Run:
        run = self._make_blank_run()
        if self._failing:
            return _fail_integrity(run, self._failing, "The bundle holds missing or altered files")
        if isinstance(self._error, RuntimeUnavailable):
            return replace(run, verdict="unavailable", reason=str(self._error))
        if isinstance(self._error, RunFailed) and self._error.stage == "integrity":
            return _fail_integrity(run, self._error.files, str(self._error))
        run = replace(run, integrity=Integrity(ok=True, failing=[]))
        if self._error is not None:
            stage = self._error.stage if isinstance(self._error, RunFailed) else None
            return replace(run, verdict="fail", stage=stage, reason=str(self._error))
        leaked = self._runtime.leaked_tensors if self._runtime is not None else 0
        result = RunResult(
            outcomes=tuple(self._outcomes), pixel_drift=np.array(self._drift, dtype=np.float64), leaked_tensors=leaked
        )
        artifact = self.planned.artifact
        own = artifact.tolerances if artifact is not None and artifact.precision != "float32" else None
        device = get_device_class(self.planned.name.backend)
        stages = compare(
            reference,
            result,
            (own or TOLERANCES)[device],
            names,
            resolution=self._bundle.manifest.resolution,
            device=device,
            output=self._bundle.manifest.output,
        )
        failing = stages.find_first_failing()
        return replace(
            run,
            verdict="pass" if failing is None else "fail",
            stage=failing,
            reason="" if failing is None else describe_stage_failure(failing, stages),
            decode=stages.decode,
            pixels=stages.pixels,
            scores=stages.scores,
            probabilities=stages.probabilities,
            values=stages.values,
            top1=stages.top1,
            labels=stages.labels,
            resources=stages.resources,
            latency_ms=stages.latency_ms,
        )

    def _make_blank_run(self) -> Run:
        name, runtime = self.planned.name, self._runtime
        return Run(
            name=str(name),
            runtime=name.runtime,
            version=runtime.version if runtime is not None else "",
            artifact=self.planned.artifact.id if self.planned.artifact is not None else "",
            backend=name.backend,
            engine=runtime.engine if runtime is not None and runtime.engine else name.engine,
            verdict="fail",
        )


def measure_outcome_drift(sample: Sample, outcome: Outcome) -> float:
    """Measure an outcome's pixel drift from the sample's truth, in grey levels; NaN without pixels to compare."""
    if isinstance(sample.content, DecodedImage) and isinstance(outcome, Answer):
        return compute_pixel_drift(outcome.pixels, sample.content.truth)
    return float("nan")


def drop_pixels(outcome: Outcome) -> Outcome:
    """Copy an outcome without its pixels, to bound memory after they have been compared."""
    return replace(outcome, pixels=None) if isinstance(outcome, Answer) else outcome


def _require_reachable(planned: PlannedRun) -> Artifact:
    if planned.artifact is None:
        targets = " or ".join(sorted(planned.runtime_class.list_targets(planned.name)))
        raise RuntimeUnavailable(
            f"{planned.name} needs an artifact of target {targets}; the bundle has none. Export that target too."
        )
    reason = planned.runtime_class.explain_unavailable(planned.name)
    if reason is not None:
        raise RuntimeUnavailable(reason)
    return planned.artifact


def _fail_integrity(run: Run, failing: Sequence[str], why: str) -> Run:
    shown = ", ".join(failing[:3]) + (" …" if len(failing) > 3 else "")
    return replace(
        run,
        verdict="fail",
        stage="integrity",
        reason=f"integrity: {why}: {shown}.",
        integrity=Integrity(ok=False, failing=list(failing)),
    )
