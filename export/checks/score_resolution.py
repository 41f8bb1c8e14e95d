"""Measurement of the resolution of scores: how far float32's rounding alone moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.export.checks.mean_error import measure_mean_error
from webparity.export.checks.reference_answers import Answers, fit_batch
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind
from webparity.verification.tolerance import (
    MEAN_ROUNDING,
    PIXEL_ROUNDING,
    RANDOM_ROUNDING,
    SYSTEMATIC_ROUNDING,
    UNIT_ROUNDOFF,
    Resolution,
    compute_resolution,
)

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked
    from webparity.models.onnx.baked import OnnxBaked

# One batch: nearly finds the worst image, and costs a tenth of the artifacts' checks.
_MAX_GOLDEN: Final = 24
_MAX_RANDOM: Final = 8
# Weights are moved by this many roundings and the effect is divided, to exclude the measurement's own rounding.
_STEPS: Final = 64
_SEED: Final = 0
# A step is a difference of two float32 numbers, each rounded.
_WHOLE_STEP: Final = 1.001


def measure_resolution(baked: Baked, golden: Sequence[Answers], noise: Sequence[Answers]) -> Resolution:
    """Measure the resolution of a model's scores, which their tolerance depends on.

    Args:
        baked: the trained model. Only a network's rounding is measured: other classifiers use double-float sums where
            needed, so that their resolution follows from the size of their scores.
        golden: its answers to the golden images, every tap.
        noise: its answers to random images, every tap.
    """
    kind = get_output_kind(baked.output)
    scores = np.concatenate([each[kind.measured] for each in golden])
    probabilities = np.concatenate([each["probabilities"] for each in golden]) if "probabilities" in kind.taps else None
    rounding = 0.0
    if baked.kind in {"keras", "onnx"}:
        pixels = [
            _sample_evenly([each["pixels"] for each in part], fit_batch(part[0]["pixels"][0].size, count))
            for part, count in ((golden, _MAX_GOLDEN), (noise, _MAX_RANDOM))
        ]
        rounding = _measure_rounding(baked, np.concatenate(pixels))
    return compute_resolution(scores, probabilities, rounding)


def _sample_evenly(batches: Sequence[NDArray[np.float32]], count: int) -> NDArray[np.float32]:
    """Take at most `count` images, evenly spaced."""
    images = [image for batch in batches for image in batch]
    return np.stack(images[:: -(-len(images) // count)])


def _measure_rounding(baked: Baked, pixels: NDArray[np.float32]) -> float:
    random = np.random.default_rng(_SEED)
    tap = get_output_kind(baked.output).measured
    exact = baked.predict_from_pixels(pixels)[tap].astype(np.float64)

    def compute_change(scores: NDArray[np.float32]) -> float:
        return float(np.max(np.abs(scores - exact))) / _STEPS

    def move_each(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return values + np.float32(_STEPS * UNIT_ROUNDOFF) * values * _draw_signs(random, values.shape)

    systematic = _score_with_moved_weights(
        baked, pixels, lambda weight: np.abs(weight) * _draw_signs(random, weight.shape[-1:])
    )
    each = _score_with_moved_weights(baked, pixels, lambda weight: weight * _draw_signs(random, weight.shape))
    likely = compute_change(each)
    if not baked.is_discontinuous:
        # A discontinuous model is compared on identical pixels. Where a network begins with a normalization, what moves
        # all pixels alike cancels, and what moves each by itself decides.
        likely = max(
            likely,
            compute_change(baked.predict_from_pixels(move_each(pixels))[tap]),
            compute_change(baked.predict_from_pixels(pixels + np.float32(PIXEL_ROUNDING * _STEPS))[tap]),
        )
    # Sums over maps of one color round one way at each step, as the channels that follow would if all moved so far.
    wide = MEAN_ROUNDING * measure_mean_error(cast("KerasBaked", baked).network) if baked.kind == "keras" else 0.0
    means = wide / UNIT_ROUNDOFF * compute_change(systematic)
    # Where a sum lies between two levels, its last digit decides which one it is rounded to.
    step = cast("OnnxBaked", baked).score_step if baked.kind == "onnx" else 0.0
    rounding = max(
        SYSTEMATIC_ROUNDING * compute_change(systematic), RANDOM_ROUNDING * likely, step * _WHOLE_STEP, means
    )
    # Non-finite scores are refused by the pipeline, with a better message.
    return rounding if np.isfinite(rounding) else 0.0


def _draw_signs(random: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return random.choice(np.array([-1, 1], np.float32), shape)


def _score_with_moved_weights(baked: Baked, pixels: NDArray[np.float32], direction: Any) -> NDArray[np.float32]:
    """Compute scores with every float32 weight moved by `_STEPS` roundings, in proportion to the weights."""

    def move(weight: NDArray[np.float32]) -> NDArray[np.float32]:
        moved = weight + np.float32(_STEPS * UNIT_ROUNDOFF) * direction(weight)
        return np.asarray(moved, np.float32)

    if baked.kind == "onnx":
        return cast("OnnxBaked", baked).predict_with_moved_weights(pixels, move)[get_output_kind(baked.output).measured]
    import keras

    moves = [
        (variable, keras.ops.convert_to_tensor(move(np.asarray(variable.value))))
        for variable in cast("KerasBaked", baked).network.weights
        if variable.dtype == "float32"
    ]
    with keras.StatelessScope(state_mapping=moves), _move_file_variables(cast("KerasBaked", baked), move):
        return baked.predict_from_pixels(pixels)[get_output_kind(baked.output).measured]


@contextmanager
def _move_file_variables(
    baked: KerasBaked, move: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Iterator[None]:
    """Move the float32 variables of a SavedModel, which are no weights of Keras's, and put them back."""
    from webparity.models.keras.forms.saved_model import ServingFunction
    from webparity.models.keras.internals import iterate_nested_layers

    layers = [layer for layer in iterate_nested_layers(baked.network) if isinstance(layer, ServingFunction)]
    variables = {id(each): each for layer in layers for each in layer.file_variables if each.dtype.name == "float32"}
    kept = [(variable, variable.numpy()) for variable in variables.values()]
    try:
        for variable, weight in kept:
            variable.assign(move(weight))
        yield
    finally:
        for variable, weight in kept:
            variable.assign(weight)
