"""An artifact's own check: opened, run on the golden images and on random ones, held to the tolerance table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from webparity.baked import Baked, top1
from webparity.bundle.manifest import Artifact, Tap
from webparity.errors import ExportError
from webparity.export.asked import Asked, Batch
from webparity.export.parted import first_parted
from webparity.export.parted_message import Parted, parted, way_out
from webparity.export.targets.target import Target
from webparity.tolerance import TOLERANCES, score_span


class Check:
    """Holds every artifact of an export to the same images and answers.

    Args:
        baked: the trained model.
        asked: the images, and the same model or what it is with its weights as they were reduced.
    """

    def __init__(self, baked: Baked, asked: Asked) -> None:
        self._baked = baked
        self._asked = asked

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
        if reference.stepped:
            # Where answers jump, only those to the same pixels can agree; the pixels are held to their own limit.
            expected = [e | reference.of_pixels(r["pixels"]) for e, r in zip(expected, received, strict=True)]
        limits = TOLERANCES["cpu"]
        scores, probabilities = (np.concatenate([e[tap] for e in expected]) for tap in ("scores", "probabilities"))
        span = score_span(scores, probabilities)
        allowed: dict[Tap, float] = {
            "pixels": limits.pixels,
            "scores": limits.scores * span,
            "probabilities": limits.probabilities,
        }
        for tap, limit in allowed.items():
            differences = [float(np.max(np.abs(e[tap] - r[tap]))) for e, r in zip(expected, received, strict=True)]
            if not max(differences) <= limit:
                # NaN is the worst of all, and argmax finds it.
                batch = int(np.argmax(differences))
                layer = self._layer(tap, folder, artifact, self._asked.batches[batch])
                raise parted(
                    artifact,
                    tap,
                    Parted(limit, expected[batch][tap], received[batch][tap], layer),
                    is_network=self._baked.kind == "keras",
                )
        flips = sum(
            int(np.sum(top1(e["probabilities"]) != top1(r["probabilities"])))
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
