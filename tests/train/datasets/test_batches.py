from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from webparity.train.datasets.batches import batch_by_size


@given(st.lists(st.sampled_from([(1, 2), (2, 1), (3, 3)]), max_size=400))
def test_batches_hold_one_size_and_keep_the_order(sizes: list[tuple[int, int]]) -> None:
    images = [np.full((*size, 3), i % 256, np.uint8) for i, size in enumerate(sizes)]
    batches = list(batch_by_size(images))
    assert all(1 <= len(batch) <= 256 for batch in batches)
    back = [image for batch in batches for image in batch]
    assert len(back) == len(images)
    assert all((one.shape == two.shape) and (one == two).all() for one, two in zip(back, images, strict=True))
    assert len(batches) <= 1 + sum(a != b for a, b in pairwise(sizes)) + len(sizes) // 256


def test_large_images_fill_a_batch_by_their_pixels() -> None:
    images = [np.zeros((500, 1000, 3), np.uint8)] * 5 + [np.zeros((1500, 1000, 3), np.uint8)] * 2
    assert [len(batch) for batch in batch_by_size(images)] == [2, 2, 1, 1, 1]
