"""The table of tolerances: how far a runtime may differ from the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.verification.score_span import compute_score_span

DeviceClass = Literal["cpu", "gpu"]


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """Limits for one class of backends; decoded pixels have none: they must be identical.

    Attributes:
        pixels: largest absolute difference of resized pixels, in grey levels (0 to 255).
        scores: largest absolute difference of scores, or of measured values, over their span (`compute_score_span`).
        probabilities: largest absolute difference of probabilities (0 to 1).
        margin: lead of the reference's first label over its second, in the answer's own unit (probability, or score),
            below which another label is undecided; beyond it another label fails. Of several labels, the distance of a
            probability from its threshold. 0 in this table, so that only what float32 cannot hold and what reduced
            weights move are undecided.
    """

    pixels: float
    scores: float
    probabilities: float
    margin: float = 0.0


TOLERANCES: Final[dict[DeviceClass, Tolerance]] = {
    # CPU and WASM kernels sum float32 products in another order than the reference: measured up to
    # 1e-4 grey levels and 1.3e-6 in probability, so one order of magnitude is left for longer sums.
    # Decision scores and measured values are such sums too, in a unit of their own: they have the limit of scores, of
    # their span. Measured: up to 7e-7 of it for small networks, 1e-7 for classifiers, whose sums are in double-float.
    "cpu": Tolerance(pixels=1e-3, scores=5e-6, probabilities=5e-6),
    # GPU drivers may contract or reorder float32 sums and approximate exp and division within the
    # WebGL and WebGPU rules, which cost about one decimal digit over the CPU.
    "gpu": Tolerance(pixels=1e-2, scores=5e-5, probabilities=5e-5),
}


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Resolution of a model's scores in float32, measured at export and kept in the manifest.

    Attributes:
        scale: what differences of scores are measured by, at least; 0 where it is not known.
        rounding: largest difference of a score that rounding alone may make on a CPU; 0 where it is not known.
    """

    scale: float = 0.0
    rounding: float = 0.0


# float32 rounds each product and each sum to one part in 2^24 (u) of its size. What that does to scores follows from
# the activations and weights of every layer, so it is measured on the model, by moving these by u:
# - all weights of an output channel one way at once bound the sums: u * sum |a w| for activations of one sign. Sums
#   over flat images do round one way at each step: measured up to 2.9 times this where it decides, so 4 are left.
# - each weight or each pixel its own way is the likely case, and resized pixels are off by up to 1e-4 grey levels (see
#   `cpu` above): measured up to 6.2 times these where they are the larger, so 8 are left. Pixels each their own way
#   decide where a normalization comes first: over images of little contrast it enlarges their rounding 30 times.
# - means over whole maps are sums of thousands: over maps of one color each step rounds one way, and the trained
#   model's own library is off by up to 2e-4 of the mean over 160 x 160 pixels. That is measured on such maps, on its
#   layers; a channel's mean that is off by d moves scores by at most d / u times the first of these. Twice as much is
#   left for other colors than the measured ones.
# Beyond 1000 times the table's own limit, float32 computes nothing of use, or the network jumps: no floor helps there.
UNIT_ROUNDOFF: Final = 2.0**-24
SYSTEMATIC_ROUNDING: Final = 4.0
RANDOM_ROUNDING: Final = 8.0
MEAN_ROUNDING: Final = 2.0
PIXEL_ROUNDING: Final = 1e-4
MOST_WIDENING: Final = 1e3
# Softmax itself rounds: probabilities that are equal but for this have no first one.
_SOFTMAX_ROUNDING: Final = 4 * UNIT_ROUNDOFF

# Images that were not measured may differ more than the measured ones: the limit is twice the largest difference.
_UNSEEN: Final = 2.0


def widen_tolerances(scores: float, probabilities: float) -> dict[DeviceClass, Tolerance]:
    """Widen the table for an artifact of reduced precision, by the measured effect of the reduction.

    A label may change only where the reference's lead is within what both probabilities may move.

    Args:
        scores: largest difference measured from the trained model's scores, over their span.
        probabilities: largest difference measured from its probabilities.
    """
    own = {}
    for device, table in TOLERANCES.items():
        limit = table.probabilities + _UNSEEN * probabilities
        own[device] = Tolerance(
            pixels=table.pixels, scores=table.scores + _UNSEEN * scores, probabilities=limit, margin=2 * limit
        )
    return own


def compute_resolution(scores: NDArray[Any], probabilities: NDArray[Any] | None, rounding: float) -> Resolution:
    """Compute the resolution of a model from the largest effect of rounding on its scores.

    The scale is such that the table's limit of scores is never below the rounding: an untrained or little taught
    network has scores that hardly differ, and sums of large products behind them.

    Args:
        scores: of the golden set, [N, C]; or its measured values.
        probabilities: of the golden set, [N, C]; None for a model that has none.
        rounding: in the scores' own unit, 0 or more.
    """
    span, limit = compute_score_span(scores, probabilities), TOLERANCES["cpu"].scores
    scale = min(max(span, rounding / limit), MOST_WIDENING * span)
    return Resolution(scale=scale, rounding=min(rounding, limit * scale))


def apply_resolution(
    tolerance: Tolerance, resolution: Resolution, device: DeviceClass, probabilities: NDArray[Any]
) -> Tolerance:
    """Widen the limits of probabilities and margin to what float32 can hold of the scores behind them.

    Scores that each move by r move a probability p by at most 2 r p (1 - p), and its lead over another by at most r.

    Args:
        tolerance: the table's, or an artifact's own.
        resolution: the model's; one that is not known changes nothing.
        device: what is held to them; its rounding stands to the CPU's as its limit of scores does.
        probabilities: the reference's on the images compared, [N, C].
    """
    return _widen_probabilities(tolerance, resolution, device, probabilities, lead=1.0)


def apply_resolution_to_sigmoids(
    tolerance: Tolerance, resolution: Resolution, device: DeviceClass, probabilities: NDArray[Any]
) -> Tolerance:
    """Widen the same limits for independent sigmoids, whose label follows from a threshold.

    A score that moves by r moves its sigmoid p by r p (1 - p), at most r / 4; the limit leaves twice as much, as for
    softmax, since p itself is what moved.
    """
    return _widen_probabilities(tolerance, resolution, device, probabilities, lead=0.25)


def _widen_probabilities(
    tolerance: Tolerance, resolution: Resolution, device: DeviceClass, probabilities: NDArray[Any], *, lead: float
) -> Tolerance:
    """Widen both limits; `lead` is how far what decides a label moves where each score moves by 1."""
    if resolution.rounding <= 0 or probabilities.size == 0:
        return tolerance
    rounding = _scale_rounding(resolution, device)
    openness = float(np.max(probabilities * (1.0 - probabilities)))
    return replace(
        tolerance,
        probabilities=max(tolerance.probabilities, 2 * openness * rounding),
        margin=max(tolerance.margin, lead * rounding + _SOFTMAX_ROUNDING),
    )


def apply_resolution_to_scores(tolerance: Tolerance, resolution: Resolution, device: DeviceClass) -> Tolerance:
    """Widen the margin of labels that follow from scores: two scores that move by r each change a lead by 2 r.

    The limit of scores itself is measured by the span, which holds the resolution already.
    """
    return replace(tolerance, margin=max(tolerance.margin, 2 * _scale_rounding(resolution, device)))


def _scale_rounding(resolution: Resolution, device: DeviceClass) -> float:
    return resolution.rounding * TOLERANCES[device].scores / TOLERANCES["cpu"].scores


_GPU_BACKENDS: Final = frozenset({"webgl", "webgpu"})


def get_device_class(backend: str) -> DeviceClass:
    """Return the name of the row of the tolerance table for a backend.

    Args:
        backend: a backend's name, such as `cpu`, `wasm`, `webgl` or `webgpu`.

    Returns:
        `gpu` for WebGL and WebGPU, `cpu` for everything else.
    """
    return "gpu" if backend in _GPU_BACKENDS else "cpu"
