"""The manifest of a bundle, as frozen dataclasses.

`manifest.schema.json` beside this file is generated from these classes, and the TypeScript types from it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from webparity.decode.contracts import DecodeContract
from webparity.errors import BundleError
from webparity.outputs.model_output import ModelOutput
from webparity.preprocessing.spec import Preprocessing
from webparity.storage.json_document import encode_json_document, encode_sorted_json_document, generate_json_schema
from webparity.taps import Tap
from webparity.verification.tolerance import Resolution, Tolerance

FORMAT: Final = 1
MANIFEST_NAME: Final = "manifest.json"
_SHOWN: Final = 40

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="lower-case hexadecimal SHA-256")]
SitePath = Annotated[str, msgspec.Meta(min_length=1, description="path inside site/, with forward slashes")]
Float32Array = Annotated[str, msgspec.Meta(description="little-endian float32 values, base64")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Scale = Annotated[float, msgspec.Meta(gt=0)]
Rounding = Annotated[float, msgspec.Meta(ge=0)]


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of the site: its digest and its size in bytes."""

    sha256: Sha256
    bytes: Count


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """Differences between the trained model and the one with reduced weights, measured at export.

    `images` were looked at, `flips` of them got another label; `scores` is the largest difference of scores, or of
    measured values, over their span, `probabilities` the largest difference, 0 to 1, and 0 without probabilities.
    """

    images: int
    flips: int
    scores: float
    probabilities: float


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One exported model.

    `outputs` maps each tap to its tensor's name in the graph. All take `input`, a uint8 tensor [N, H, W, 3] of any
    H and W, and give float32: `pixels` [N, h, w, c] in grey levels, and by the kind of the manifest's `output`
    `probabilities` and `scores` [N, C], `scores` alone ([N, 1] by the rule `sign`), or `values` [N, C].

    `backends` lists the runtimes with their backends that have all of its operators, such as `tfjs:wasm`; `warnings`
    says what speaks against others.

    An artifact of reduced precision is held to `tolerances` of its own, which follow from its `deviation`; one of
    float32 to the manifest's.

    `golden_bits` is the SHA-256 of the answers to the golden set, for a target whose answers have the same bits
    everywhere: probabilities, values, scores and pixels of each image, those there are, as little-endian float32.
    """

    id: str
    target: str
    precision: str
    entry: SitePath
    files: list[SitePath]
    bytes: int
    ops: list[str]
    input: str
    outputs: dict[Tap, str]
    backends: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tolerances: dict[Literal["cpu", "gpu"], Tolerance] | None = None
    deviation: Deviation | None = None
    golden_bits: Sha256 | None = None


@dataclass(frozen=True, kw_only=True)
class GoldenImage:
    """One image file of the golden set with the reference's answers.

    `rgb8` is the SHA-256 of the decoded pixels (height * width * 3 bytes, row by row); `sample` marks those the page
    offers to try. `scores`, `probabilities` and `values` are float32 [C]; those are there that the kind of the
    manifest's `output` has. `label` is the index of the label, of kinds with one label; `present` lists the labels of
    several. `undecided` marks those that a model whose answers jump decides by less than resized pixels may differ, so
    that runtimes may answer them either way.
    """

    file: SitePath
    title: str
    width: int
    height: int
    rgb8: Sha256
    label: int | None = None
    present: list[Count] | None = None
    scores: Float32Array | None = None
    probabilities: Float32Array | None = None
    values: Float32Array | None = None
    sample: bool = False
    undecided: bool = False


@dataclass(frozen=True, kw_only=True)
class OwnLabels:
    """Comparison of the bundle's labels with those of the classifier's own `predict`.

    A bundle's label is that of the largest probability, or follows from the scores by the output's rule. `images` of
    the golden set were asked; on `differing` of them the classifier's own `predict` gives another label, as a support
    vector machine with probabilities does.
    """

    images: int
    differing: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page: its HTML file, its digest, and the drawing pad it offers, if any (`draw`).

    `sha256` is that of the file `entry` with 64 zeros in the place of the manifest's digest, which the file holds.
    """

    entry: SitePath = "index.html"
    sha256: Sha256 | None = None
    draw: Literal["digit"] | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A bundle's manifest, `format` 1.

    `output` says what the model's numbers are; manifests that were written before are of probabilities. For measured
    values, `labels` are their names.

    `files` lists every file of the site but the manifest itself and the page's `entry`. `source` is the digest of
    `source/source.json` in its canonical form (RFC 8785) without its own `manifest`, which is the digest of this.

    `score_scale` is what differences of scores are measured by: at least the span of the golden set's scores. It is
    null in manifests that were written before it was known; the golden set's span stands for it then.
    `score_rounding` is the largest difference of a score that float32's rounding alone may make on a CPU.
    """

    format: Literal[1]
    contract: DecodeContract
    name: str
    labels: list[str]
    preprocessing: Preprocessing
    artifacts: list[Artifact]
    golden: list[GoldenImage]
    tolerances: dict[Literal["cpu", "gpu"], Tolerance]
    files: dict[SitePath, FileEntry]
    producer: dict[str, str]
    source: Sha256 | None = None
    page: Page | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    own_labels: OwnLabels | None = None
    output: ModelOutput = field(default_factory=ModelOutput)
    score_scale: Scale | None = None
    score_rounding: Rounding = 0.0

    @property
    def resolution(self) -> Resolution:
        """Resolution of the model's scores in float32, as measured at export."""
        return Resolution(scale=self.score_scale or 0.0, rounding=self.score_rounding)


def encode_float32(values: NDArray[Any]) -> str:
    """Write an array as little-endian float32 in base64, row by row, so that every bit survives JSON."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def decode_float32(text: str) -> NDArray[np.float32]:
    """Read what `encode_float32` wrote, as a flat float32 array.

    Raises:
        BundleError: it is not base64, or no whole number of values.
    """
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
    except ValueError as error:
        raise BundleError(
            f"Expected float32 values in base64; received {text[:_SHOWN]!r}: {error}. Copy or export the bundle again."
        ) from error


def to_json(manifest: Manifest) -> bytes:
    """Serialise a manifest: keys in class order, two-space indent, ASCII-safe, the same bytes every time."""
    return encode_sorted_json_document(manifest)


def generate_schema() -> bytes:
    """Generate the JSON Schema of the manifest, as written to `manifest.schema.json`."""
    document = generate_json_schema(Manifest, "webparity bundle manifest")
    for definition in document["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    return encode_json_document(document)
