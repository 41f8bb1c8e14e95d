"""Images that a model is asked about, with its answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked
from webparity.bundle.manifest import Tap
from webparity.export.precision.reduction import ReducedModel
from webparity.export.targets.target import TAPS

RANDOM_IMAGES: Final = 256
# Not of one pixel: over a flat image, TensorFlow's own means round the same way in every step, and it would be the
# reference that is off.
_RANDOM_SIZES: Final = ((28, 28), (3, 2), (37, 64), (150, 90))
# Small enough for the memory of a large network, large enough to be quick.
_BATCH: Final = 32
_SEED: Final = 0
Answers = dict[Tap, NDArray[np.float32]]
Batch = NDArray[np.uint8]


def random_batches() -> list[Batch]:
    """Images of noise in several sizes, the same ones at every call; uint8 [32, H, W, 3] each, 256 images in all."""
    random = np.random.default_rng(_SEED)
    sizes = [_RANDOM_SIZES[number % len(_RANDOM_SIZES)] for number in range(RANDOM_IMAGES // _BATCH)]
    return [random.integers(0, 256, (_BATCH, *size, 3), dtype=np.uint8) for size in sizes]


class Asked:
    """Batches of images with a model's answers, which are found once, when they are first read.

    Attributes:
        model: the trained model, or what it is with its weights as they were reduced.
        batches: uint8 [N, H, W, 3] each.
    """

    def __init__(self, model: Baked | ReducedModel, batches: Sequence[Batch]) -> None:
        self.model = model
        self.batches = batches

    @cached_property
    def answers(self) -> list[Answers]:
        """Every tap, for each batch."""
        return [self.model(batch, TAPS) for batch in self.batches]
