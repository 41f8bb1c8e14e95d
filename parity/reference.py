"""The reference of a verification: the trained model, or the golden answers or the ONNX artifact in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Self

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import GoldenImage, decode_float32
from webparity.bundle.read import Bundle, read_source
from webparity.errors import BundleError, RuntimeUnavailable, WebparityError
from webparity.models.model_kind import LIBRARIES, get_producer_kind
from webparity.models.saved_model_folder import is_saved_model
from webparity.parity.bundle_integrity import list_damaged_files
from webparity.parity.closing import Closing
from webparity.parity.comparison.compare import compare
from webparity.parity.comparison.stage_failure_message import describe_stage_failure
from webparity.parity.comparison.undecided import ReferenceOnPixels
from webparity.parity.plan import PlannedRun, list_runtimes
from webparity.parity.result import Answer, Outcome, RunResult
from webparity.parity.run_execution import drop_pixels, measure_outcome_drift
from webparity.parity.runtimes.base import Runtime
from webparity.parity.runtimes.trained_model import TrainedModel
from webparity.parity.samples import Sample
from webparity.verification.report import Reference, StandIn
from webparity.verification.tolerance import TOLERANCES

STAND_IN_ARTIFACT: StandIn = "onnx-float32"


def load_golden_result(golden: Sequence[GoldenImage]) -> RunResult:
    """Load the stored answers to golden images as a run's result without pixels."""
    return RunResult(
        outcomes=tuple(
            Answer(
                rgb8=image.rgb8,
                probabilities=_decode(image.probabilities),
                scores=_decode(image.scores),
                values=_decode(image.values),
                undecided=image.undecided,
            )
            for image in golden
        ),
        pixel_drift=np.full(len(golden), np.nan),
    )


def _decode(text: str | None) -> NDArray[np.float32] | None:
    return None if text is None else decode_float32(text)


class ReferenceRun(Closing):
    """The reference, run in this thread batch by batch.

    Args:
        bundle: an intact bundle.
        golden: the golden images under test, or None for images from elsewhere.
        failing: damaged files of the bundle.

    Raises:
        BundleError: on entering, if there is neither a trained model nor anything sound to stand in.
    """

    def __init__(self, bundle: Bundle, golden: Sequence[GoldenImage] | None, failing: Sequence[str]) -> None:
        self._bundle = bundle
        self._failing = failing
        self._golden = golden
        self._runtime: Runtime | None = None
        self._stack = ExitStack()
        self._outcomes: list[Outcome] = []
        self._drift: list[float] = []
        self.stand_in: StandIn | None = None
        self._why = ""

    def __enter__(self) -> Self:
        """Open the trained model or its stand-in."""
        try:
            self._open(_find_trained_runtime(self._bundle), None)
        except RuntimeUnavailable as error:
            self._why = str(error)
            if self._golden is not None:
                self.stand_in = "golden"
            else:
                self.stand_in = STAND_IN_ARTIFACT
                self._open("onnxruntime", STAND_IN_ARTIFACT)
        return self

    def close(self) -> None:
        """Close it."""
        self._stack.close()

    def _open(self, wanted: str, artifact_id: str | None) -> None:
        name, runtime_class = next(pair for pair in list_runtimes().items() if str(pair[0]) == wanted)
        artifact = next((a for a in self._bundle.manifest.artifacts if a.id == artifact_id), None)
        if artifact_id is not None and (artifact is None or list_damaged_files(self._bundle, artifact, self._failing)):
            raise BundleError(
                f"Expected the trained model in source/, or a sound artifact {artifact_id} to stand in; "
                f"received neither. "
                f"{self._why} Give the whole bundle folder, or verify the golden set only."
            )
        reason = runtime_class.explain_unavailable(name)
        if reason is not None:
            raise RuntimeUnavailable(reason if artifact_id is None else self._describe_missing_libraries(reason))
        with _convert_library_errors(wanted):
            self._runtime = self._stack.enter_context(runtime_class(self._bundle, artifact, name))

    def _describe_missing_libraries(self, reason: str) -> str:
        return (
            f"Expected the trained model or {STAND_IN_ARTIFACT} in its place to compare with; neither can be run here. "
            f"{self._why} {reason} Do one of these, or verify the golden set only."
        )

    def is_reference(self, planned: PlannedRun) -> bool:
        """Whether a planned run is the reference itself, so that a comparison would prove nothing."""
        runtime = self._runtime
        return runtime is not None and (runtime.identity, runtime.artifact) == (planned.name, planned.artifact)

    @property
    def on_pixels(self) -> ReferenceOnPixels | None:
        """The trained model as a function of resized pixels, if it is discontinuous."""
        model = self._runtime.model if isinstance(self._runtime, TrainedModel) else None
        return model.predict_from_pixels if model is not None and model.is_discontinuous else None

    def feed(self, batch: Sequence[Sample]) -> None:
        """Answer a batch; the stored golden answers need nothing."""
        if self._runtime is None:
            return
        with _convert_library_errors(self._runtime.identity.runtime):
            outcomes = self._runtime.infer(batch)
        for sample, outcome in zip(batch, outcomes, strict=True):
            self._drift.append(measure_outcome_drift(sample, outcome))
            self._outcomes.append(drop_pixels(outcome))

    def get_result(self) -> RunResult:
        """Return the answers that runs are compared with."""
        if self._runtime is None and self._golden is not None:
            return load_golden_result(self._golden)
        return RunResult(outcomes=tuple(self._outcomes), pixel_drift=np.array(self._drift, dtype=np.float64))

    def check(self, names: Sequence[str]) -> Reference:
        """Check the reference itself: its pixels against the truth, its answers against the golden set's."""
        runtime, result = self._runtime, self.get_result()
        if runtime is None:
            producer = self._bundle.manifest.producer
            version = producer.get(list(LIBRARIES[get_producer_kind(producer)].values())[-1], "")
            return Reference(
                runtime="golden", version=version, verdict="pass", stand_in="golden", stand_in_reason=self._why
            )
        # Images from elsewhere have no stored answers: held to itself, only pixels and finiteness are checked.
        anchor = load_golden_result(self._golden) if self._golden is not None else result
        manifest = self._bundle.manifest
        stages = compare(
            anchor, result, TOLERANCES["cpu"], names, resolution=manifest.resolution, output=manifest.output
        )
        failing = stages.find_first_failing()
        return Reference(
            runtime=runtime.identity.runtime,
            version=runtime.version,
            verdict="pass" if failing is None else "fail",
            stand_in=self.stand_in,
            stand_in_reason=self._why,
            stage=failing,
            reason="" if failing is None else describe_stage_failure(failing, stages),
            decode=stages.decode,
            pixels=stages.pixels,
            scores=stages.scores,
            probabilities=stages.probabilities,
            values=stages.values,
        )


@contextmanager
def _convert_library_errors(runtime: str) -> Iterator[None]:
    """Convert errors of a model's library, which an altered model file causes, to BundleError."""
    try:
        yield
    except WebparityError:
        raise
    except Exception as error:
        raise BundleError(
            f"Expected a reference that answers; received {type(error).__name__} from {runtime}: {error}. "
            "Copy or export the bundle again."
        ) from error


def _find_trained_runtime(bundle: Bundle) -> str:
    if bundle.source is None:
        raise RuntimeUnavailable("The bundle has no source/ with the trained model.")
    source = read_source(bundle)
    if source.unreadable and not (bundle.trusted and is_saved_model((bundle.source / source.model).parent)):
        raise RuntimeUnavailable(source.unreadable)
    return source.kind
