"""Images in batches of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_MAX_IMAGES = 256
# 3 MB as bytes; preprocessing in float64, whose bands of rows overlap, takes 200 MB for it.
_MAX_PIXELS = 1_000_000


def batch_by_size(images: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """Batch consecutive images of the same size.

    Args:
        images: uint8 [H, W, 3] each; a split's `images` is such an iterable.

    Yields:
        uint8 [n, H, W, 3] in the same order, at most 256 images and at most 1 megapixel unless one image is larger.
    """
    batch: list[NDArray[np.uint8]] = []
    for image in images:
        if batch and (image.shape != batch[0].shape or len(batch) == _compute_batch_capacity(image)):
            yield np.stack(batch)
            batch = []
        batch.append(image)
    if batch:
        yield np.stack(batch)


def _compute_batch_capacity(image: NDArray[np.uint8]) -> int:
    height, width, _ = image.shape
    return int(max(1, min(_MAX_IMAGES, _MAX_PIXELS // (height * width))))
