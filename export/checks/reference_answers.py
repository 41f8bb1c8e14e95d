"""Reference images of an export, and the reference model's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.plan import QuantizedModel
from webparity.models.baked import Baked
from webparity.models.model_kind import ModelKind
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap

RANDOM_IMAGES: Final = 256
# Without 1 x 1, a constant image after resizing: TensorFlow's means then round in one direction, so that the reference
# would be inexact.
_RANDOM_SIZES: Final = ((28, 28), (3, 2), (37, 64), (150, 90))
# Small enough for the memory of a large network, large enough to be quick.
_BATCH: Final = 32
_BATCHES: Final = RANDOM_IMAGES // _BATCH
# Of the pixels that the model is given: eight batches, and their answers of model and artifact, are kept at a time.
_BATCH_BYTES: Final = 2**27
_SEED: Final = 0
Answers = dict[Tap, NDArray[np.float32]]
Batch = NDArray[np.uint8]


def fit_batch(pixels: int, most: int = _BATCH) -> int:
    """Count the images of a batch: fewer of a model whose input is so large that their pixels would fill the memory.

    Args:
        pixels: float32 numbers of one image that the model is given.
        most: images of a batch for a small input.
    """
    return max(1, min(most, _BATCH_BYTES // (4 * max(pixels, 1))))


def make_random_batches(pixels: int = 1) -> list[Batch]:
    """Make images of noise in several sizes, the same at every call: batches uint8 [N, H, W, 3].

    Args:
        pixels: numbers of one image that the model is given; 256 images in all up to 512 x 512 RGB, 16 of 2048 x 2048.
    """
    random = np.random.default_rng(_SEED)
    sizes = [_RANDOM_SIZES[number % len(_RANDOM_SIZES)] for number in range(_BATCHES)]
    return [random.integers(0, 256, (fit_batch(pixels), *size, 3), dtype=np.uint8) for size in sizes]


def make_flat_batches(kind: ModelKind, pixels: int = 1) -> list[Batch]:
    """Make images with constant areas, which noise never has: batches uint8 [N, H, W, 3], one a size for small inputs.

    All models get noise with a black half. Only classifiers get images of one color and with a white half: over such
    images, TensorFlow's mean of a 96 x 96 map was off by 2.8e-5 of the scores' range, onnxruntime's was not.

    Args:
        kind: the library of the model.
        pixels: numbers of one image that the model is given; at most as many images as noise of it.
    """
    most = fit_batch(pixels)
    batches = []
    for size in _RANDOM_SIZES:
        images = _make_flat_batch(size, flat=kind != "keras")
        batches += [images[start : start + most] for start in range(0, len(images), most)]
    return batches[:_BATCHES]


def _make_flat_batch(size: tuple[int, int], *, flat: bool) -> Batch:
    halves = np.random.default_rng(_SEED).integers(0, 256, (3, *size, 3), dtype=np.uint8)
    halves[0, : size[0] // 2] = 0
    halves[1, :, size[1] // 2 :] = 0
    halves[2, size[0] // 2 :] = 255
    if not flat:
        return halves[:2]
    colours = np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128], [1, 1, 1], [200, 30, 90]], np.uint8)
    return np.concatenate([np.broadcast_to(colours[:, np.newaxis, np.newaxis], (len(colours), *size, 3)), halves])


class ReferenceAnswers:
    """Batches of images with a model's answers, computed when they are first read.

    Attributes:
        model: the trained model, or the same model with quantized weights.
        batches: uint8 [N, H, W, 3] each.
    """

    def __init__(self, model: Baked | QuantizedModel, batches: Sequence[Batch]) -> None:
        self.model = model
        self.batches = batches

    @cached_property
    def answers(self) -> list[Answers]:
        """Every tap for each batch, by the tap's name."""
        taps = get_output_kind(self.model.output).taps
        return [self.model(batch, taps) for batch in self.batches]
