"""Search for the smallest weights that stay within bounds on the calibration images.

One number determines the steps of all weights: the best steps are proportional to the square root of a weight's number
of values over the squared change of the scores by a unit step. (Bytes decrease by the number of values times log2 of
the step, the squared error grows with the squared step: reverse water-filling, Cover & Thomas, Elements of Information
Theory, 10.3.) The search is along that number; then single weights are varied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.message_callback import MessageCallback
from webparity.export.quantization.input_moments import compute_input_moments
from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.quantized_weight import QMAX, Int8Weight, QuantizedWeight
from webparity.export.quantization.rounding import compute_finest_steps, quantize
from webparity.export.quantization.trials import Bounds, QuantizationTrial, QuantizationTrials
from webparity.export.quantization.uniform_precision import to_float16

Float64 = NDArray[np.float64]

# The step, in finest steps, at which the error of one weight is measured: large enough to be seen, small enough to be
# linear.
_PROBE: Final = 8.0
_PROBE_IMAGES: Final = 256
# The steps of the search: each sqrt(2) times the one before, from 255 levels to about 4.
_RUNGS: Final = 13
_RATIO: Final = 2**0.5
_COARSEST: Final = QMAX / 2
# A weight that needs a step of less than this share of the finest is kept in float16.
_HALF: Final = 0.75
# How far the search goes back for a candidate without flips, in quarters of a rung.
_BACK: Final = 12
# How many of the largest weights are varied alone at the end.
_VARIED: Final = 4


@dataclass(frozen=True, kw_only=True)
class _WeightScale:
    """The steps of one weight: the finest ones, and its factor relative to the other weights."""

    weight: Weight
    finest: NDArray[np.float32]
    share: float


def search_smallest_weights(
    trials: QuantizationTrials, bounds: Bounds, step: MessageCallback
) -> dict[str, QuantizedWeight]:
    """Search for the smallest weights within bounds; empty where nothing smaller than float32 is within them.

    Args:
        trials: measures candidates and records them.
        bounds: the limits of a candidate.
        step: called with a message before each trial.
    """
    return _QuantizationSearch(trials, bounds, step).run()


class _QuantizationSearch:
    def __init__(self, trials: QuantizationTrials, bounds: Bounds, step: MessageCallback) -> None:
        self._trials = trials
        self._bounds = bounds
        self._step = step
        self._best: tuple[int, dict[str, QuantizedWeight]] | None = None
        step("measuring the inputs of each layer")
        self._moments = compute_input_moments(trials.model, trials.pixels)
        self._float16 = to_float16(trials.model)
        self._known: dict[tuple[str, tuple[int, ...], float], Int8Weight] = {}
        self._tried: dict[tuple[int, ...], QuantizationTrial] = {}
        self._scales = self._measure_scales()

    def run(self) -> dict[str, QuantizedWeight]:
        self._try("float16", self._float16)
        # By the difference alone, which grows with the step; the number of flips does not.
        low, high = 0, _RUNGS
        while high - low > 1:
            middle = (low + high) // 2
            near = self._try_rung(middle).difference <= self._bounds.difference
            low, high = (middle, high) if near else (low, middle)
        for quarter in range(4 * low + 3, max(4 * low - _BACK, -1), -1):
            if self._try_rung(quarter / 4).within:
                self._vary_single_weights(quarter / 4)
                break
        return self._best[1] if self._best else {}

    def _measure_scales(self) -> list[_WeightScale]:
        """Measure the finest steps of each weight, per tensor or per channel, and its relative step."""
        exact = self._trials.compute_scores({}, _PROBE_IMAGES)
        scales = []
        for weight in self._trials.model.weights:
            self._step(f"measuring the sensitivity of {weight.name}")
            options = []
            for by_channel in sorted({False, weight.by_channel}):
                finest = compute_finest_steps(weight.values, by_channel=by_channel)
                probe = self._quantize(weight, finest, _PROBE)
                moved = self._trials.compute_scores({weight.name: probe}, _PROBE_IMAGES)
                error = float(np.mean((moved - exact) ** 2)) + np.finfo(float).tiny
                bits = 8 * self._trials.compute_bytes(probe) / weight.values.size
                # Error times 4^bits does not depend on the step: the lower, the better the choice of channels.
                share = _PROBE * (weight.values.size / error) ** 0.5
                options.append((error * 4**bits, by_channel, _WeightScale(weight=weight, finest=finest, share=share)))
            scales.append(min(options, key=lambda option: option[:2])[2])
        most = max(scale.share for scale in scales)
        return [_WeightScale(weight=p.weight, finest=p.finest, share=p.share / most) for p in scales]

    def _compute_factors(self, rung: float) -> dict[str, float]:
        """Each weight's step as a multiple of its finest; at rung 0 the least sensitive weight has its finest step."""
        return {p.weight.name: min(p.share * _RATIO**rung, _COARSEST) for p in self._scales}

    def _try_rung(self, rung: float) -> QuantizationTrial:
        return self._try_factors(self._compute_factors(rung))

    def _vary_single_weights(self, rung: float) -> None:
        """Enlarge the steps of single weights, the largest first, and keep what stays within bounds."""
        factors = self._compute_factors(rung)
        for scale in sorted(self._scales, key=lambda p: -p.weight.values.size)[:_VARIED]:
            name = scale.weight.name
            trial = {**factors, name: float(np.clip(factors[name] * _RATIO, 1, _COARSEST))}
            if trial != factors and self._try_factors(trial).within:
                factors = trial

    def _try_factors(self, factors: Mapping[str, float]) -> QuantizationTrial:
        scales = {p.weight.name: p for p in self._scales}
        quantized = {name: self._quantize_by(scales[name], factor) for name, factor in factors.items()}
        return self._try(_describe(list(quantized.values())), quantized)

    def _try(self, name: str, quantized: dict[str, QuantizedWeight]) -> QuantizationTrial:
        key = tuple(map(id, quantized.values()))
        if key not in self._tried:
            self._step(f"trying {name}")
            self._tried[key] = self._trials.measure(name, quantized, self._bounds)
            trial = self._tried[key]
            if trial.within and (self._best is None or trial.bytes < self._best[0]):
                self._best = trial.bytes, quantized
        return self._tried[key]

    def _quantize_by(self, scale: _WeightScale, factor: float) -> QuantizedWeight:
        half = self._float16.get(scale.weight.name) if factor < _HALF else None
        return half or self._quantize(scale.weight, scale.finest, max(factor, 1.0))

    def _quantize(self, weight: Weight, finest: NDArray[np.float32], factor: float) -> Int8Weight:
        key = (weight.name, finest.shape, factor)
        if key not in self._known:
            steps = (finest * np.float32(factor)).astype(np.float32)
            self._known[key] = quantize(weight.values, steps, self._moments.get(weight.name, ()), trade=True)
        return self._known[key]


def _describe(quantized: Sequence[QuantizedWeight]) -> str:
    levels = [int(r.codes.max()) - int(r.codes.min()) + 1 for r in quantized if isinstance(r, Int8Weight)]
    halves = len(quantized) - len(levels)
    spread = f"{min(levels)} to {max(levels)} levels" if levels else ""
    return ", ".join([spread] * bool(levels) + [f"{halves} in float16"] * bool(halves))
