"""An artifact's own check: opened, run on the golden images and on random ones, held to the tolerance table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked, top1
from webparity.bundle.manifest import Artifact, Tap
from webparity.errors import ExportError
from webparity.export.parted import first_parted
from webparity.export.precision.reduction import ReducedModel
from webparity.export.targets.target import TAPS, Target
from webparity.tolerance import TOLERANCES, score_span

Answers = dict[Tap, NDArray[np.float32]]
Images = NDArray[np.uint8]

RANDOM_IMAGES: Final = 256
# Not of one pixel: over a flat image, TensorFlow's own means round the same way in every step, and it would be the
# reference that is off.
_RANDOM_SIZES: Final = ((28, 28), (3, 2), (37, 64), (150, 90))
# Small enough for the memory of a large network, large enough to be quick.
_BATCH: Final = 32
_SEED: Final = 0


def _batches(images: Sequence[Images]) -> Iterator[Images]:
    """Neighbours of one size together, uint8 [N, H, W, 3]."""
    for _, neighbours in groupby(images, key=np.shape):
        alike = list(neighbours)
        for start in range(0, len(alike), _BATCH):
            yield np.stack(alike[start : start + _BATCH])


class Check:
    """The images that every artifact of an export is held to, with the reference's answers, which are computed once.

    Args:
        baked: the trained model.
        reference: the same, or what it is with its weights as they were reduced.
        golden: uint8 [H, W, 3] each.
    """

    def __init__(self, baked: Baked, reference: Baked | ReducedModel, golden: Sequence[Images]) -> None:
        self._baked = baked
        self._reference = reference
        random = np.random.default_rng(_SEED)
        sizes = [_RANDOM_SIZES[number % len(_RANDOM_SIZES)] for number in range(RANDOM_IMAGES // _BATCH)]
        noise = [random.integers(0, 256, (_BATCH, *size, 3), dtype=np.uint8) for size in sizes]
        self._batches = [*_batches(golden), *noise]

    @cached_property
    def _expected(self) -> list[Answers]:
        return [self._reference(batch, TAPS) for batch in self._batches]

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
        received = [run(batch) for batch in self._batches]
        expected = self._expected
        if self._reference.stepped:
            # Where answers jump, only those to the same pixels can agree; the pixels are held to their own limit.
            expected = [e | self._reference.of_pixels(r["pixels"]) for e, r in zip(expected, received, strict=True)]
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
                worst = self._batches[int(np.argmax(differences))]
                raise ExportError(
                    f"Expected {artifact.id} to stay within {limit:.1e} of the trained model; received {tap} off by "
                    f"{max(differences):.1e}{self._place(tap, folder, artifact, worst)}. "
                    "Report this model; do not use the export."
                )
        flips = sum(
            int(np.sum(top1(e["probabilities"]) != top1(r["probabilities"])))
            for e, r in zip(expected, received, strict=True)
        )
        if flips:
            raise ExportError(
                f"Expected {artifact.id} to give the same labels; received {flips} others. Do not use the export."
            )

    def _place(self, tap: Tap, folder: Path, artifact: Artifact, images: Images) -> str:
        """Where in the network it parts, in words, if that can be told."""
        if tap == "pixels" or self._baked is not self._reference:
            return ""
        layer = first_parted(self._baked, folder, artifact, images[:1])
        return f", first in the output of {layer}" if layer else ""
