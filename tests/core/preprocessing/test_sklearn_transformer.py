"""The transformer: the float64 `pixels` tap, flattened, for images of one size or of several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from webparity.errors import UsageError
from webparity.preprocessing.graph import resize_image_in_numpy
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Hog, Preprocessing

SPEC = Preprocessing(height=6, width=5, channels="rgb", scale=0.5, offset=1.0)
RANDOM = np.random.default_rng(0)


def test_images_of_any_size_become_rows() -> None:
    images = [RANDOM.integers(0, 256, (7 + i, 9, 3), dtype=np.uint8) for i in range(4)]
    rows = ImagePreprocessing(SPEC).transform(images)
    expected = np.stack([resize_image_in_numpy(image, SPEC).ravel() * 0.5 + 1.0 for image in images])
    assert rows.dtype == np.float32
    assert np.array_equal(rows, expected.astype(np.float32))


def test_an_array_in_several_batches_gives_what_its_images_give() -> None:
    images = RANDOM.integers(0, 256, (3, 700, 800, 3), dtype=np.uint8)
    transformer = clone(ImagePreprocessing(SPEC))
    assert np.array_equal(transformer.fit_transform(images), transformer.transform(list(images)))


def test_hog_is_laid_out_flat_too() -> None:
    spec = Preprocessing(height=8, width=8, hog=Hog(orientations=4, pixels_per_cell=4, cells_per_block=1))
    assert ImagePreprocessing(spec).transform(RANDOM.integers(0, 256, (2, 9, 9, 3), dtype=np.uint8)).shape == (2, 16)


@pytest.mark.parametrize(
    "images",
    [[], np.zeros((0, 4, 4, 3), np.uint8), np.zeros((2, 4, 4, 3)), np.zeros((2, 4, 4, 1), np.uint8), ["photo.jpg"]],
)
def test_anything_else_is_refused(images: Any) -> None:
    with pytest.raises(UsageError, match=r"Expected .*; received"):
        ImagePreprocessing(SPEC).transform(images)
