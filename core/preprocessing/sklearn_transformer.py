"""Preprocessing as a scikit-learn transformer: the first step of a pipeline that takes images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from webparity.errors import UsageError
from webparity.preprocessing.graph import normalize, resize_pixels
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

ImageInput = NDArray[np.uint8] | Sequence[NDArray[np.uint8]]
# About 50 MB of float64 at the widest point, whatever the images' size.
_MAX_PIXELS = 1_000_000


class ImagePreprocessing(TransformerMixin, BaseEstimator):
    """From decoded RGB8 pixels to an estimator's features, by the code that is exported.

    It computes in float64 and gives float32. Nothing is fitted and TensorFlow is not needed, so
    `make_pipeline(ImagePreprocessing(spec), StandardScaler(), LogisticRegression())` takes images.

    Args:
        spec: size, channels and scaling, or HOG.
    """

    def __init__(self, spec: Preprocessing) -> None:
        self.spec = spec

    def fit(self, images: ImageInput, labels: object = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Return itself; there is nothing to fit."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def transform(self, images: ImageInput) -> NDArray[np.float32]:
        """Preprocess images and lay each out flat, row by row, channels last.

        Args:
            images: uint8 [N, H, W, 3], or N images uint8 [H, W, 3] of any sizes; at least one.

        Returns:
            float32 [N, D], D the product of the spec's `values_shape`.

        Raises:
            UsageError: something else was given.
        """
        return np.concatenate(
            [
                extract_features(resize_images_in_numpy(batch, self.spec), self.spec)
                for batch in _iterate_batches(images)
            ]
        )


def resize_images_in_numpy(images: NDArray[np.uint8], spec: Preprocessing) -> NDArray[np.float64]:
    """Compute the `pixels` tap in NumPy, float64.

    Args:
        images: uint8 [N, H, W, 3].
        spec: target size and channels.

    Returns:
        float64 [N, height, width, depth] in grey levels.
    """
    batch: Any = images
    pixels: NDArray[np.float64] = resize_pixels(NumpyOps(), batch, spec)
    return pixels


def extract_features(pixels: NDArray[Any], spec: Preprocessing) -> NDArray[np.float32]:
    """Compute an estimator's features from resized pixels, [N, height, width, depth] to float32 [N, D]."""
    values: NDArray[Any] = normalize(NumpyOps(), pixels, spec)
    return values.reshape(len(values), -1).astype(np.float32)


def _iterate_batches(images: ImageInput) -> Iterator[NDArray[np.uint8]]:
    if len(images) == 0:
        raise UsageError("Expected at least one image; received none. Give the pipeline images.")
    if isinstance(images, np.ndarray) and images.ndim == 4:
        _require_rgb8(images[0])
        room = max(1, _MAX_PIXELS // (images.shape[1] * images.shape[2]))
        yield from (images[start : start + room] for start in range(0, len(images), room))
    else:
        for image in images:
            _require_rgb8(image)
            yield image[np.newaxis]


def _require_rgb8(image: Any) -> None:
    shape, dtype = getattr(image, "shape", None), getattr(image, "dtype", None)
    if shape is None or dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or min(shape) < 1:
        raise UsageError(
            f"Expected decoded images uint8 [H, W, 3]; received {dtype or type(image).__name__} "
            f"{'' if shape is None else list(shape)}. Read them with webparity.decode.contract."
        )
