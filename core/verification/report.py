"""The report of a verification: every runtime, stage by stage, against the table of tolerances.

`report.schema.json` beside this file is generated from these classes; HTML, JUnit and the terminal's table are views.
Limits stand beside every figure, so that a report can be read without this version's tolerance table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from webparity.errors import ParityError, RuntimeUnavailable, UsageError
from webparity.outputs.model_output import ModelOutput
from webparity.storage.json_document import encode_json_document, generate_json_schema

FORMAT: Final = 1
Verdict = Literal["pass", "fail", "unavailable"]
Stage = Literal[
    "integrity", "decode", "pixels", "scores", "probabilities", "values", "top1", "labels", "bits", "resources"
]
STAGES: Final[tuple[Stage, ...]] = (
    "integrity",
    "decode",
    "pixels",
    "scores",
    "probabilities",
    "values",
    "top1",
    "labels",
    "bits",
    "resources",
)
StandIn = Literal["golden", "onnx-float32"]


@dataclass(frozen=True, kw_only=True)
class Integrity:
    """Digests of the bundle's files: `failing` names those missing or altered, as `site/…` or `source/…`."""

    ok: bool
    failing: list[str]


@dataclass(frozen=True, kw_only=True)
class Decode:
    """Decoded pixels, by SHA-256: counts of images; `refused_alike` were refused with the reference's code."""

    ok: bool
    identical: int
    differing: int
    refused_alike: int
    differing_images: list[str]


@dataclass(frozen=True, kw_only=True)
class Pixels:
    """Resized pixels against the float64 truth: largest absolute difference in grey levels (0 to 255).

    `max_abs` is null where no image could be compared; `nonfinite` counts images with NaN, infinity or a wrong shape.
    """

    ok: bool
    max_abs: float | None
    tolerance: float
    nonfinite: int
    worst: str | None


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Scores against the reference: largest absolute difference, divided by the scores' span.

    The span is the range of the reference's scores (largest minus smallest), but at least a quarter of the largest
    absolute score and at least the manifest's `score_scale`. It is 1 for a model whose scores are its probabilities.
    For a model without probabilities these are its answer.
    """

    ok: bool
    max_rel: float | None
    tolerance: float
    nonfinite: int
    worst: str | None


@dataclass(frozen=True, kw_only=True)
class Probabilities:
    """Probabilities against the reference: absolute differences over all images and classes (0 to 1).

    `improper` counts images whose values are no probabilities: outside of 0 to 1, or off a sum of 1 by over 1e-3.
    """

    ok: bool
    max_abs: float | None
    mean_abs: float | None
    p99_abs: float | None
    tolerance: float
    nonfinite: int
    worst: str | None
    improper: int = 0


@dataclass(frozen=True, kw_only=True)
class Values:
    """Measured values against the reference: largest absolute difference over all images, divided by their span.

    The span is that of `Scores`, of the reference's values. `max_abs` is the same difference in the values' own unit.
    """

    ok: bool
    max_rel: float | None
    max_abs: float | None
    tolerance: float
    nonfinite: int
    worst: str | None


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One image whose label changed; `margin` is the reference's lead of its first label over the second.

    The lead is in probability, or in scores for a model without probabilities.
    """

    image: str
    reference: int
    run: int
    margin: float


@dataclass(frozen=True, kw_only=True)
class Top1:
    """Labels: the argmax, the lowest index on ties; from scores, by the rule of the manifest's `output`.

    `headroom` is the smallest margin over twice the largest difference of an answer: above 1, no label can flip.
    It is null where nothing differed. `undecided` lists images that a discontinuous model, or
    one of reduced precision within its own limits, may decide either way.
    """

    ok: bool
    flips: int
    flipped: list[Flip]
    undecided: list[str]
    smallest_margin: float | None
    headroom: float | None


@dataclass(frozen=True, kw_only=True)
class LabelSetChange:
    """One image with other labels; `margin` is the reference's smallest distance from a threshold, in probability."""

    image: str
    reference: list[int]
    run: list[int]
    margin: float


@dataclass(frozen=True, kw_only=True)
class LabelSets:
    """Sets of labels, those whose probability is at least its threshold; each set must be the reference's.

    `changed` counts the images with another set. `headroom` is the smallest margin over the largest difference of a
    probability: above 1, no label can come or go. `undecided` as for `Top1`.
    """

    ok: bool
    changed: int
    changes: list[LabelSetChange]
    undecided: list[str]
    smallest_margin: float | None
    headroom: float | None


@dataclass(frozen=True, kw_only=True)
class Bits:
    """Same bits: the digest of a run's answers, which must be that of every other place that runs the artifact.

    `sha256` is over the float32 bytes, little endian, of probabilities, values, scores and pixels, those that the kind
    of output has, of every answered image, in their order; `answers` counts these images. `held_to` names what the
    digest was compared with: other runs, by their names, or `manifest`; empty where there was nothing. `differing`
    counts the images whose answers have other bits than in the first of `held_to`, and `first` is the first of them; 0
    and null where only the manifest was compared.
    """

    ok: bool
    sha256: str
    answers: int
    held_to: list[str]
    differing: int = 0
    first: str | None = None


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Tensors that the runtime did not release in the whole run; the limit is 0."""

    ok: bool
    leaked_tensors: int


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Milliseconds per image: graph execution with reading the result back, while other runtimes share the machine."""

    median: float
    p95: float


@dataclass(frozen=True, kw_only=True)
class Run:
    """One runtime on one artifact, with the first stage that left tolerance.

    A stage never reached is null, and so is one that the kind of output does not have.
    """

    name: str
    runtime: str
    version: str
    artifact: str
    backend: str
    engine: str
    verdict: Verdict
    reason: str = ""
    stage: Stage | None = None
    integrity: Integrity | None = None
    decode: Decode | None = None
    pixels: Pixels | None = None
    scores: Scores | None = None
    probabilities: Probabilities | None = None
    values: Values | None = None
    top1: Top1 | None = None
    labels: LabelSets | None = None
    bits: Bits | None = None
    resources: Resources | None = None
    latency_ms: Latency | None = None

    @property
    def title(self) -> str:
        """The run's name with its artifact, unique in a report."""
        return f"{self.name} [{self.artifact}]"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The reference of the runs, and its own check: pixels against NumPy's float64, answers against the golden set.

    `stand_in` says what took the trained model's place: the stored golden answers, or the float32 ONNX artifact.
    """

    runtime: str
    version: str
    verdict: Literal["pass", "fail"]
    stand_in: StandIn | None = None
    stand_in_reason: str = ""
    reason: str = ""
    stage: Stage | None = None
    decode: Decode | None = None
    pixels: Pixels | None = None
    scores: Scores | None = None
    probabilities: Probabilities | None = None
    values: Values | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """A verification's result, `format` 1.

    Attributes:
        bundle: SHA-256 of the canonical form (RFC 8785) of the bundle's manifest.
        name: the bundle's name.
        labels: names of the classes, or of the measured values, in order.
        output: what the model's numbers are, as the manifest says.
        images: how many image files were given to every runtime.
        refused: images that the decode contract refuses, by name, each with the reason.
        ignored: how many other files stood below the folders given, by kind.
        integrity: every file of the bundle against its digest.
        reference: what the runs were held to.
        verdict: `pass` only if every file and the reference are sound, no run failed, at least one passed and none
            required is missing.
        reason: why the verdict is `fail`, in one sentence; empty otherwise.
        required: the names that had to be reachable, as given.
        missing: those of them that were not.
        runs: every runtime on every artifact it can run.
        extra: files in the bundle that no manifest lists, as `site/…` or `source/…`; none was read.
        unproven: what could not be proven of the manifest itself; empty if nothing.
    """

    format: Literal[1] = FORMAT
    bundle: str
    name: str
    labels: list[str]
    images: int
    integrity: Integrity
    reference: Reference
    verdict: Literal["pass", "fail"]
    reason: str = ""
    required: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, int] = field(default_factory=dict)
    runs: list[Run]
    extra: list[str] = field(default_factory=list)
    unproven: str = ""
    output: ModelOutput = field(default_factory=ModelOutput)

    def raise_for_verdict(self) -> None:
        """Raise unless the verdict is `pass`.

        Raises:
            ParityError: the reference or a run failed, or nothing ran at all.
            RuntimeUnavailable: nothing failed, but a required runtime could not be reached.
        """
        if self.verdict == "pass":
            return
        verdicts = [self.reference.verdict, *(run.verdict for run in self.runs)]
        failed = "fail" in verdicts or not self.integrity.ok
        raise (RuntimeUnavailable if self.missing and not failed else ParityError)(self.reason)


def to_json(report: Report) -> bytes:
    """Serialise a report: keys in class order, two-space indent."""
    return encode_json_document(report)


def from_json(data: bytes) -> Report:
    """Read what `to_json` wrote.

    Raises:
        UsageError: it is not a report of this format.
    """
    try:
        return msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(
            f"Expected a report of format {FORMAT}; received: {error}. "
            "Give a report.json that `webparity verify` wrote."
        ) from error


def generate_schema() -> bytes:
    """Generate the JSON Schema of the report, as written to `report.schema.json`."""
    return encode_json_document(generate_json_schema(Report, "webparity parity report"))
