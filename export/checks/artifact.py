"""Check of a written artifact: run on golden and random images, and compared within the table of tolerances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.errors import ExportError
from webparity.export.checks.divergence_message import Divergence, ModelForm, list_remedies, make_divergence_error
from webparity.export.checks.first_diverging_layer import find_first_diverging_layer
from webparity.export.checks.reference_answers import Answers, Batch, ReferenceAnswers
from webparity.export.targets.target import Target
from webparity.models.baked import Baked
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.output_kind import OutputKind
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import TOLERANCES, Resolution

if TYPE_CHECKING:
    from webparity.models.onnx.baked import OnnxBaked

_UNKNOWN: Final = Resolution()


class ArtifactCheck:
    """Compares every artifact of an export with the same reference answers.

    Args:
        baked: the trained model.
        reference: the images with the answers of the trained model, or of the same model with quantized weights.
        resolution: what float32 can hold of the trained model's scores.
    """

    def __init__(self, baked: Baked, reference: ReferenceAnswers, resolution: Resolution = _UNKNOWN) -> None:
        self._baked = baked
        self._reference = reference
        self._resolution = resolution
        self._form = _find_form(baked)

    def __call__(self, target: Target, folder: Path, artifact: Artifact) -> list[Answers]:
        """Refuse an artifact whose answers leave the tolerance.

        Args:
            target: what wrote it.
            folder: the site's folder.
            artifact: what was written.

        Returns:
            Its answers to each of the reference's batches.

        Raises:
            ExportError: names the first tap that differs and by how much, and the first layer where it can be found.
        """
        run = target.open(folder, artifact)
        received = [run(batch) for batch in self._reference.batches]
        expected, model = self._reference.answers, self._reference.model
        if model.is_discontinuous:
            # A discontinuous model is compared on identical pixels; the pixels have a limit of their own.
            expected = [e | model.predict_from_pixels(r["pixels"]) for e, r in zip(expected, received, strict=True)]
        kind, output = get_output_kind(self._baked.output), self._baked.output
        rows = {tap: np.concatenate([e[tap] for e in expected]) for tap in kind.numbers}
        # The same limits as in `parity.comparison.compare`, so that what is exported also verifies.
        span = max(compute_score_span(rows[kind.measured], rows.get("probabilities")), self._resolution.scale)
        limits = kind.widen(TOLERANCES["cpu"], self._resolution, "cpu", rows[kind.answer])
        allowed: dict[Tap, float] = {
            "pixels": limits.pixels,
            "scores": limits.scores * span,
            "values": limits.scores * span,
            "probabilities": limits.probabilities,
        }
        for tap in ("pixels", *reversed(kind.numbers)):
            limit = allowed[tap]
            differences = [float(np.max(np.abs(e[tap] - r[tap]))) for e, r in zip(expected, received, strict=True)]
            # NumPy's max and argmax find NaN, the largest fault; Python's max does not.
            if not np.max(differences) <= limit:
                batch = int(np.argmax(differences))
                raise make_divergence_error(
                    Divergence(
                        artifact=artifact,
                        tap=tap,
                        limit=limit,
                        expected=expected[batch][tap],
                        received=received[batch][tap],
                        layer=self._find_layer(tap, target, folder, artifact, self._reference.batches[batch]),
                        alternative=target.alternative,
                        form=self._form,
                    )
                )
        flips = sum(
            _count_flips(e[kind.answer], r[kind.answer], kind, output, limits.margin)
            for e, r in zip(expected, received, strict=True)
        )
        if flips:
            raise ExportError(
                f"Expected {artifact.id} to give the same labels; received {flips} others. "
                f"{list_remedies(artifact, None, alternative=target.alternative, form=self._form)}"
            )
        return received

    def _find_layer(self, tap: Tap, target: Target, folder: Path, artifact: Artifact, images: Batch) -> str | None:
        """Find the first layer of a float32 network whose output differs, if that can be told."""
        if tap == "pixels" or self._baked is not self._reference.model:
            return None
        return find_first_diverging_layer(self._baked, target, folder, artifact, images[:1])


def _find_form(baked: Baked) -> ModelForm:
    if baked.kind == "onnx":
        nodes = cast("OnnxBaked", baked).network.model.graph.node
        return "converted" if any(node.domain == "ai.onnx.ml" for node in nodes) else "network"
    return "network" if baked.kind == "keras" else "classifier"


def _count_flips(
    expected: NDArray[np.float32], received: NDArray[np.float32], kind: OutputKind, output: ModelOutput, margin: float
) -> int:
    """Count rows whose label differs although the expected label leads by the margin or more."""
    labels = zip(kind.decide(expected, output), kind.decide(received, output), strict=True)
    leads = kind.compute_margins(expected, output)
    return sum(one != other and lead >= margin for (one, other), lead in zip(labels, leads, strict=True))
