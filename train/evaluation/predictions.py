"""A model's probabilities for a split, with memory for one batch of images at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked
from webparity.train.datasets.dataset import Files, Split

Progress = Callable[[int, int], None]
# Keras' own default for predict(): wide convolutions on 180x180 pixels take 8 MB an image.
_BATCH: Final = 32
# A photo of 12 megapixels has 36 MB of pixels: one such image fills a batch.
_BATCH_BYTES: Final = 1 << 25


def predict(baked: Baked, split: Split, progress: Progress | None = None) -> NDArray[np.float32]:
    """Run a model over a split.

    Args:
        baked: the model with its preprocessing.
        split: images of one size or many.
        progress: called with images done and images in all.

    Returns:
        Probabilities, float32 [N, C], in the split's order.
    """
    parts: list[NDArray[np.float32]] = []
    done = 0
    for batch in batches(split.images):
        parts.append(baked(batch)["probabilities"])
        done += len(batch)
        if progress is not None:
            progress(done, len(split))
    return np.concatenate(parts)


def batches(images: NDArray[np.uint8] | Files) -> Iterator[NDArray[np.uint8]]:
    """Neighbours of one size together, uint8 [n, H, W, 3], in order; files are decoded when their turn comes."""
    waiting: list[NDArray[np.uint8]] = []
    for index in range(len(images)):
        image = images[index]
        if waiting and (
            image.shape != waiting[0].shape
            or len(waiting) == _BATCH
            or (len(waiting) + 1) * image.nbytes > _BATCH_BYTES
        ):
            yield np.stack(waiting)
            waiting = []
        waiting.append(image)
    if waiting:
        yield np.stack(waiting)
