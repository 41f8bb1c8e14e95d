"""The one table of tolerances: how far a runtime may stand from the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

DeviceClass = Literal["cpu", "gpu"]


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """Limits for one class of backends; decoded pixels have none: they must be identical.

    Attributes:
        pixels: largest absolute difference of resized pixels, in grey levels (0 to 255).
        scores: largest absolute difference of scores over the reference scores' range (max minus min).
        probabilities: largest absolute difference of probabilities (0 to 1).
        margin: lead of the reference's first label over its second, in probability, below which another label is
            undecided; beyond it, and so always in this table, another label fails.
    """

    pixels: float
    scores: float
    probabilities: float
    margin: float = 0.0


TOLERANCES: Final[dict[DeviceClass, Tolerance]] = {
    # CPU and WASM kernels sum float32 products in another order than the reference: measured up to
    # 1e-4 grey levels and 1.3e-6 in probability, so one order of magnitude is left for longer sums.
    "cpu": Tolerance(pixels=1e-3, scores=5e-6, probabilities=5e-6),
    # GPU drivers may contract or reorder float32 sums and approximate exp and division within the
    # WebGL and WebGPU rules, which cost about one decimal digit over the CPU.
    "gpu": Tolerance(pixels=1e-2, scores=5e-5, probabilities=5e-5),
}

# Images that nobody has measured may lie further off than all that were: as far again.
_UNSEEN: Final = 2.0


def widened(scores: float, probabilities: float) -> dict[DeviceClass, Tolerance]:
    """The table for an artifact of reduced precision, by what the reduction itself has cost.

    A label may change only where the reference's lead is within what both probabilities may move.

    Args:
        scores: largest difference measured from the trained model's scores, over their range.
        probabilities: largest difference measured from its probabilities.
    """
    own = {}
    for device, table in TOLERANCES.items():
        limit = table.probabilities + _UNSEEN * probabilities
        own[device] = Tolerance(
            pixels=table.pixels, scores=table.scores + _UNSEEN * scores, probabilities=limit, margin=2 * limit
        )
    return own


def score_span(scores: NDArray[Any], probabilities: NDArray[Any]) -> float:
    """What differences of scores are measured by: the reference scores' range over all images.

    Scores that stand for themselves because a model has none but its probabilities run from 0 to 1. Scores that lie
    close together far from 0, as an untrained network's do, are measured by a quarter of their size: float32 rounds
    them to 6e-8 of it, and 20 such steps are what the table then allows. Scores that are all 0 count as they are.

    Args:
        scores: the reference's, [N, C].
        probabilities: the reference's, [N, C].
    """
    if scores.size == 0 or np.array_equal(scores, probabilities):
        return 1.0
    span = max(float(np.ptp(scores)), float(np.max(np.abs(scores))) / 4)
    return span if np.isfinite(span) and span > 0 else 1.0


_GPU_BACKENDS: Final = frozenset({"webgl", "webgpu"})


def device_class(backend: str) -> DeviceClass:
    """Name the tolerance row a backend is held to.

    Args:
        backend: a backend's name, such as `cpu`, `wasm`, `webgl` or `webgpu`.

    Returns:
        `gpu` for WebGL and WebGPU, `cpu` for everything else.
    """
    return "gpu" if backend in _GPU_BACKENDS else "cpu"
