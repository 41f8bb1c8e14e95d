"""An artifact's own check: opened, run on the golden images and on random ones, held to the tolerance table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact, Tap
from webparity.errors import ExportError
from webparity.export.checks.divergence_message import Parted, parted, way_out
from webparity.export.checks.first_diverging_layer import first_parted
from webparity.export.checks.reference_answers import Asked, Batch
from webparity.export.targets.target import Target
from webparity.models.baked import Baked, compute_top1
from webparity.verification.tolerance import TOLERANCES, Resolution, apply_resolution, compute_score_span

_UNKNOWN: Final = Resolution()


class Check:
    """Holds every artifact of an export to the same images and answers.

    Args:
        baked: the trained model.
        asked: the images, and the same model or what it is with its weights as they were reduced.
        resolution: what float32 can hold of the trained model's scores.
    """

    def __init__(self, baked: Baked, asked: Asked, resolution: Resolution = _UNKNOWN) -> None:
        self._baked = baked
        self._asked = asked
        self._resolution = resolution

    def __call__(self, target: Target, folder: Path, artifact: Artifact) -> None:
        """Refuse an artifact that leaves tolerance.

        Args:
            target: what wrote it.
            folder: the site's folder.
            artifact: what was written.

        Raises:
            ExportError: names the first tap that parted and by how much, and the first layer where that can be told.
        """
        run = target.open(folder, artifact)
        received = [run(batch) for batch in self._asked.batches]
        expected, reference = self._asked.answers, self._asked.model
        if reference.is_discontinuous:
            # Where answers jump, only those to the same pixels can agree; the pixels are held to their own limit.
            expected = [e | reference.predict_from_pixels(r["pixels"]) for e, r in zip(expected, received, strict=True)]
        scores, probabilities = (np.concatenate([e[tap] for e in expected]) for tap in ("scores", "probabilities"))
        # As `parity.compare` has them, so that what is exported also verifies.
        span = max(compute_score_span(scores, probabilities), self._resolution.scale)
        limits = apply_resolution(TOLERANCES["cpu"], self._resolution, "cpu", probabilities)
        allowed: dict[Tap, float] = {
            "pixels": limits.pixels,
            "scores": limits.scores * span,
            "probabilities": limits.probabilities,
        }
        for tap, limit in allowed.items():
            differences = [float(np.max(np.abs(e[tap] - r[tap]))) for e, r in zip(expected, received, strict=True)]
            # NaN is the worst of all, and NumPy's max and argmax find it; Python's max passes over it.
            if not np.max(differences) <= limit:
                batch = int(np.argmax(differences))
                layer = self._layer(tap, folder, artifact, self._asked.batches[batch])
                raise parted(
                    artifact,
                    tap,
                    Parted(limit, expected[batch][tap], received[batch][tap], layer),
                    is_network=self._baked.kind == "keras",
                )
        flips = sum(
            _flips(e["probabilities"], r["probabilities"], limits.margin)
            for e, r in zip(expected, received, strict=True)
        )
        if flips:
            raise ExportError(
                f"Expected {artifact.id} to give the same labels; received {flips} others. "
                f"{way_out(artifact, None, is_network=self._baked.kind == 'keras')}"
            )

    def _layer(self, tap: Tap, folder: Path, artifact: Artifact, images: Batch) -> str | None:
        """The first layer of a network whose output is not what it was, if that can be told."""
        if tap == "pixels" or self._baked is not self._asked.model:
            return None
        return first_parted(self._baked, folder, artifact, images[:1])


def _flips(expected: NDArray[np.float32], received: NDArray[np.float32], margin: float) -> int:
    """How many rows have another label, though the expected one leads by the margin or more."""
    ordered = np.sort(expected, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    return int(np.sum((compute_top1(expected) != compute_top1(received)) & (lead >= margin)))
