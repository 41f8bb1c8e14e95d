"""An artifact's own check: opened, run on the golden images and on random ones, held to the tolerance table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked, top1
from webparity.bundle.manifest import Artifact, Tap
from webparity.errors import ExportError
from webparity.export.precision.reduction import ReducedModel
from webparity.export.targets.target import TAPS, Target
from webparity.tolerance import TOLERANCES, score_span

_RANDOM_SIZES: Final = ((28, 28), (1, 1), (37, 64), (150, 90))
_SEED: Final = 0


def check_artifact(
    target: Target,
    folder: Path,
    artifact: Artifact,
    reference: Baked | ReducedModel,
    images: Sequence[NDArray[np.uint8]],
) -> None:
    """Refuse an artifact that leaves tolerance.

    Args:
        target: what wrote it.
        folder: the site's folder.
        artifact: what was written.
        reference: the model it was made of, with its weights as they were reduced.
        images: uint8 [H, W, 3] each.

    Raises:
        ExportError: names the first tap that parted and by how much.
    """
    run = target.open(folder, artifact)
    random = np.random.default_rng(_SEED)
    noise = [random.integers(0, 256, (*size, 3), dtype=np.uint8) for size in _RANDOM_SIZES]
    expected, received = [], []
    for image in [*images, *noise]:
        received.append(run(image[np.newaxis]))
        expected.append(reference(image[np.newaxis], TAPS))
        if reference.stepped:
            # Where answers jump, only those to the same pixels can agree; the pixels are held to their own limit.
            expected[-1] |= reference.of_pixels(received[-1]["pixels"])
    limits = TOLERANCES["cpu"]
    scores, probabilities = (np.concatenate([e[tap] for e in expected]) for tap in ("scores", "probabilities"))
    span = score_span(scores, probabilities)
    allowed: dict[Tap, float] = {
        "pixels": limits.pixels,
        "scores": limits.scores * span,
        "probabilities": limits.probabilities,
    }
    for tap, limit in allowed.items():
        difference = max(float(np.max(np.abs(e[tap] - r[tap]))) for e, r in zip(expected, received, strict=True))
        if not difference <= limit:
            raise ExportError(
                f"Expected {artifact.id} to stay within {limit:.1e} of the trained model; received {tap} off by "
                f"{difference:.1e}. Report this model; do not use the export."
            )
    flips = sum(
        int(top1(e["probabilities"])[0] != top1(r["probabilities"])[0]) for e, r in zip(expected, received, strict=True)
    )
    if flips:
        raise ExportError(
            f"Expected {artifact.id} to give the same labels; received {flips} others. Do not use the export."
        )
