"""Predict a split's probabilities batch by batch, with one batch of images in memory."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.models.baked import Baked
from webparity.train.datasets.batches import batch_by_size
from webparity.train.datasets.dataset import Split
from webparity.train.progress import CountCallback

# Keras' own default for predict(): wide convolutions on 180x180 pixels take 8 MB an image.
_BATCH: Final = 32


def predict(baked: Baked, split: Split, progress: CountCallback | None = None) -> NDArray[np.float32]:
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
    for images in batch_by_size(split.images):
        parts += [baked(images[i : i + _BATCH])["probabilities"] for i in range(0, len(images), _BATCH)]
        done += len(images)
        if progress is not None:
            progress(done, len(split))
    return np.concatenate(parts)
