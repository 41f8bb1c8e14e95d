"""The search: every candidate on a few images, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from webparity.decode.contract import CONTRACT, LUMA_CONTRACT, DecodeContract
from webparity.errors import UsageError
from webparity.export.preprocessing_guess.arrays import read_expected, read_images
from webparity.export.preprocessing_guess.candidates import Scaling, Steps, list_colors, list_resizes, list_scalings
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.pipeline.step import make_step
from webparity.preprocessing.spec import Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

# Scalings that are tried with every resize.
_KEPT: Final = 3
# Of each decode contract that a candidate takes.
_Images = Mapping[DecodeContract, Sequence[NDArray[np.uint8]]]


class Guess(NamedTuple):
    """A pipeline, and how far it is from the arrays.

    Attributes:
        preprocessing: the pipeline.
        mean: mean difference, as grey levels: over the spread of its values, times the spread of its grey levels.
        largest: largest difference, in the same unit.
    """

    preprocessing: Preprocessing
    mean: float
    largest: float


def guess_preprocessing(folder: Path, expected: Path) -> list[Guess]:
    """Find which pipelines give the arrays.

    Args:
        folder: of the images.
        expected: .npy file of the arrays, in the order of the files' names.

    Returns:
        All candidates, the nearest first.

    Raises:
        UsageError: the arrays or the images cannot be used.
    """
    arrays, count = read_expected(expected)
    height, width, depth = arrays.shape[1:]
    contracts: tuple[DecodeContract, ...] = (CONTRACT, LUMA_CONTRACT) if depth == 1 else (CONTRACT,)
    images: _Images = {each: read_images(folder, len(arrays), count, each) for each in contracts}
    if max(height, width) > 2048:
        raise UsageError(f"Expected arrays of up to 2048 pixels a side; received {height} x {width}. Resize them.")
    plain = (make_step({"step": "resize", "height": height, "width": width}),)
    kept = _choose_scalings(images, arrays, plain, depth)
    found = [
        _compare(images, arrays, (*before, *resize, *after, *scaling.steps))
        for before, after, scaling in kept
        for resize in list_resizes(height, width)
    ]
    return sorted((guess for guess in found if guess is not None), key=lambda guess: (guess.mean, guess.largest))


def _choose_scalings(
    images: _Images, arrays: NDArray[np.float64], resize: Steps, depth: int
) -> list[tuple[Steps, Steps, Scaling]]:
    """Choose colors and scalings by one resize: another scale is far further off than another resize."""
    tried: list[tuple[float, int, tuple[Steps, Steps, Scaling]]] = []
    for _, before, after in list_colors(depth):
        for scaling in list_scalings(depth):
            guess = _compare(images, arrays, (*before, *resize, *after, *scaling.steps))
            if guess is not None:
                tried.append((guess.mean, len(tried), (before, after, scaling)))
    kept = [choice for _, _, choice in sorted(tried)]
    # Grays differ by less than resizes do: all of the best scaling's stay.
    return [choice for choice in kept if choice[2].name == kept[0][2].name] if depth == 1 else kept[:_KEPT]


def _compare(images: _Images, arrays: NDArray[np.float64], steps: Steps) -> Guess | None:
    try:
        spec = Preprocessing(steps=steps)
    except UsageError:
        return None
    ops: Any = NumpyOps()
    totals, largest = [], 0.0
    for image, array in zip(images[spec.contract], arrays, strict=True):
        pixels = resize_image_in_numpy(image, spec)
        values = normalize(ops, pixels[np.newaxis], spec)[0]
        unit = np.ptp(pixels) / max(float(np.ptp(values)), 1e-12) if np.ptp(pixels) else 1.0
        apart = np.abs(values - array) * unit
        totals.append(float(apart.mean()))
        largest = max(largest, float(apart.max()))
    return Guess(spec, float(np.mean(totals)), largest)
