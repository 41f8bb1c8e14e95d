"""The search: every candidate on one image, the nearest on a few, the nearest of these first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from webparity.decode.contract import CONTRACT, LUMA_CONTRACT, DecodeContract
from webparity.errors import UsageError
from webparity.export.preprocessing_guess.arrays import read_expected, read_images
from webparity.export.preprocessing_guess.candidates import Scaling, Steps, list_colors, list_resizes, list_scalings
from webparity.export.preprocessing_guess.fitted_scaling import fit_scaling
from webparity.preprocessing.pipeline.run import apply_levels, apply_values, resize_by_plan
from webparity.preprocessing.pipeline.step import make_step
from webparity.preprocessing.spec import Preprocessing
from webparity.progress import ProgressCallback, open_progress
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

# Scalings that are tried with every resize.
_KEPT: Final = 3
# Pipelines that are compared on every image; all those that are as near as the last of them too.
_FINALISTS: Final = 24
# Digits of a grey level: further ones are rounding of float32.
_DIGITS: Final = 3
# Grey levels beyond which the best of the usual scalings is none: another resize alone is not so far away.
_FAR: Final = 12
_TASK: Final = "trying pipelines"

# Of each decode contract that a candidate takes.
_Images = Mapping[DecodeContract, Sequence[NDArray[np.uint8]]]
# Resized images by place and by the steps up to the resize: colors behind it and scalings share one.
_Resized = dict[tuple[int, Steps], NDArray[np.float64]]


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


def guess_preprocessing(folder: Path, expected: Path, *, progress: ProgressCallback | None = None) -> list[Guess]:
    """Find which pipelines give the arrays.

    Args:
        folder: of the images.
        expected: .npy file of the arrays, in the order of the files' names.
        progress: called as the work goes on; by default a bar is drawn where one can be seen.

    Returns:
        The nearest candidates, the nearest first.

    Raises:
        UsageError: the arrays or the images cannot be used.
    """
    arrays, count = read_expected(expected)
    height, width, depth = arrays.shape[1:]
    contracts: tuple[DecodeContract, ...] = (CONTRACT, LUMA_CONTRACT) if depth == 1 else (CONTRACT,)
    images: _Images = {each: read_images(folder, len(arrays), count, each) for each in contracts}
    if max(height, width) > 2048:
        raise UsageError(
            f"Expected arrays of up to 2048 pixels a side; received {height} x {width}. Save them before they are "
            "made rows, as [N, height, width, channels]."
        )
    plain = (make_step({"step": "resize", "height": height, "width": width}),)
    with open_progress(progress) as report:
        report(_TASK, 0, 0)
        kept = _choose_scalings(images, arrays, plain, depth)
        resizes = list(list_resizes(height, width))
        first: list[Guess] = []
        for number, resize in enumerate(resizes, 1):
            resized: _Resized = {}
            pipelines = [
                (*before, *resize, *after, *scaling.steps)
                for before, after, scaling in kept or _fit_scalings(images, arrays[0], resize, resized)
            ]
            first += [
                guess for steps in pipelines if (guess := _compare(images, arrays[:1], steps, resized)) is not None
            ]
            report(_TASK, number, len(resizes))
        first.sort(key=_get_distance)
        finalists = list(_choose_finalists(first))
        found: list[Guess] = []
        for number, guess in enumerate(finalists, 1):
            compared = _compare(images, arrays, guess.preprocessing.steps, {})
            found += [] if compared is None else [compared]
            report("comparing the nearest", number, len(finalists))
    return sorted(found, key=_get_distance)


def _get_distance(guess: Guess) -> tuple[float, float, bool]:
    """The order of guesses: of equal ones, a library's resize before webparity's own, which nobody else has."""
    is_own = any(step.options.get("like") == "own" for step in guess.preprocessing.steps)
    return round(guess.mean, _DIGITS), round(guess.largest, _DIGITS), is_own


def _choose_finalists(ranked: list[Guess]) -> Iterator[Guess]:
    """Choose the nearest of one image, and those that are as near as the last of them."""
    yield from ranked[:_FINALISTS]
    for guess in islice(ranked, _FINALISTS, None):
        if _get_distance(guess)[0] > _get_distance(ranked[_FINALISTS - 1])[0]:
            return
        yield guess


def _choose_scalings(
    images: _Images, arrays: NDArray[np.float64], resize: Steps, depth: int
) -> list[tuple[Steps, Steps, Scaling]]:
    """Choose colors and scalings by one resize: another scale is far further off than another resize.

    Returns:
        None of them, if no usual scaling is near and a fitted one may be.
    """
    tried: list[tuple[float, int, tuple[Steps, Steps, Scaling]]] = []
    resized: _Resized = {}
    for _, before, after in list_colors(depth):
        for scaling in list_scalings(depth):
            guess = _compare(images, arrays, (*before, *resize, *after, *scaling.steps), resized)
            if guess is not None:
                tried.append((guess.mean, len(tried), (before, after, scaling)))
    kept = [choice for _, _, choice in sorted(tried)]
    if min(tried)[0] > _FAR and any(_fit_scalings(images, arrays[0], resize, resized)):
        return []
    # Grays differ by less than resizes do: all of the best scaling's stay.
    return [choice for choice in kept if choice[2].name == kept[0][2].name] if depth == 1 else kept[:_KEPT]


def _fit_scalings(
    images: _Images, array: NDArray[np.float64], resize: Steps, resized: _Resized
) -> Iterator[tuple[Steps, Steps, Scaling]]:
    """Fit a scaling to each color behind a resize."""
    for _, before, after in list_colors(array.shape[2]):
        spec = _make_spec((*before, *resize, *after))
        scaling = None if spec is None else fit_scaling(_compute_pixels(0, images, spec, resized), array)
        if scaling is not None:
            yield before, after, Scaling("fitted", scaling)


def _compare(images: _Images, arrays: NDArray[np.float64], steps: Steps, resized: _Resized) -> Guess | None:
    """Compare a pipeline's values with the arrays of the first images; None if it is not possible."""
    spec = _make_spec(steps)
    if spec is None or spec.plan is None:
        return None
    ops: Any = NumpyOps()
    totals, largest = [], 0.0
    for number, array in enumerate(arrays):
        pixels: Any = _compute_pixels(number, images, spec, resized)
        values = apply_values(ops, pixels[np.newaxis], spec.plan)[0]
        unit = np.ptp(pixels) / max(float(np.ptp(values)), 1e-12) if np.ptp(pixels) else 1.0
        apart = np.abs(values - array) * unit
        totals.append(float(apart.mean()))
        largest = max(largest, float(apart.max()))
    return Guess(spec, float(np.mean(totals)), largest)


def _compute_pixels(number: int, images: _Images, spec: Preprocessing, resized: _Resized) -> NDArray[np.float64]:
    """Compute the grey levels [height, width, depth] of an image."""
    plan, ops, batch = spec.plan, NumpyOps(), images[spec.contract][number][np.newaxis]
    assert plan is not None
    resize = plan.steps[: len(plan.steps) - len(plan.levels) - len(plan.values)]
    if (number, resize) not in resized:
        resized[number, resize] = resize_by_plan(cast("Any", ops), cast("Any", batch), plan)
    levels: Any = apply_levels(cast("Any", ops), cast("Any", resized[number, resize]), plan)
    pixels: NDArray[np.float64] = levels[0]
    return pixels


def _make_spec(steps: Steps) -> Preprocessing | None:
    try:
        return Preprocessing(steps=steps)
    except UsageError:
        return None
