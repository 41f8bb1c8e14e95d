"""The smallest weights whose answers stay within bounds on the calibration images.

Each weight's step follows from one number for all of them: at the best trade, steps are as the square root of how many
values a weight has over how much a step of it moves the scores. (Bytes fall by as many values times log2 of the step,
the square of the error grows with the square of the step: the reverse water-filling of rate-distortion theory, Cover &
Thomas, Elements of Information Theory, 10.3.) The search is then along that one number, and off it by one weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webparity.export.quantization.moments import input_moments
from webparity.export.quantization.quantized_weight import REACH, Quantised, Reduced
from webparity.export.quantization.rounding import quantise, smallest_steps
from webparity.export.quantization.trials import Bounds, Trial, Trials
from webparity.export.quantization.uniform import halved
from webparity.export.quantization.weights import Weight

Float64 = NDArray[np.float64]
Step = Callable[[str], None]

# Where one weight's part in the error is measured: coarse enough to be seen, fine enough to be small.
_PROBE: Final = 8.0
_PROBE_IMAGES: Final = 256
# The ladder of steps: each half as coarse again as the one before, from 255 levels to about 4.
_RUNGS: Final = 13
_RATIO: Final = 2**0.5
_COARSEST: Final = REACH / 2
# A weight that wants steps this much finer than 255 levels give is kept in float16.
_HALF: Final = 0.75
# How far back from the coarsest within the difference, in quarters of a rung, for one without flips.
_BACK: Final = 12
# How many of the largest weights are coarsened on their own at the end.
_MIXES: Final = 4


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """How one weight is quantised: its finest steps, and its step in the common measure."""

    weight: Weight
    finest: NDArray[np.float32]
    share: float


def search(trials: Trials, bounds: Bounds, step: Step) -> dict[str, Reduced]:
    """Find the smallest weights within bounds; empty where nothing smaller than float32 is.

    Args:
        trials: measures candidates, and keeps what it has measured.
        bounds: what a candidate must keep to.
        step: called with a few words before each trial.
    """
    return _Search(trials, bounds, step).run()


class _Search:
    def __init__(self, trials: Trials, bounds: Bounds, step: Step) -> None:
        self._trials = trials
        self._bounds = bounds
        self._step = step
        self._best: tuple[int, dict[str, Reduced]] | None = None
        step("looking at what each layer sees")
        self._moments = input_moments(trials.model, trials.pixels)
        self._halves = halved(trials.model)
        self._known: dict[tuple[str, tuple[int, ...], float], Quantised] = {}
        self._tried: dict[tuple[int, ...], Trial] = {}
        self._plans = self._planned()

    def run(self) -> dict[str, Reduced]:
        self._attempt("float16", self._halves)
        # By the difference alone, which grows steadily; flips are few, and come and go.
        low, high = 0, _RUNGS
        while high - low > 1:
            middle = (low + high) // 2
            near = self._rung(middle).difference <= self._bounds.difference
            low, high = (middle, high) if near else (low, middle)
        for quarter in range(4 * low + 3, max(4 * low - _BACK, -1), -1):
            if self._rung(quarter / 4).within:
                self._mixes(quarter / 4)
                break
        return self._best[1] if self._best else {}

    def _planned(self) -> list[_Plan]:
        """Each weight's finest steps, for all of it or by channel as serves it better, and its share of coarseness."""
        exact = self._trials.scores({}, _PROBE_IMAGES)
        plans = []
        for weight in self._trials.model.weights:
            self._step(f"feeling for {weight.name}")
            options = []
            for by_channel in sorted({False, weight.by_channel}):
                finest = smallest_steps(weight.values, by_channel=by_channel)
                probe = self._quantised(weight, finest, _PROBE)
                moved = self._trials.scores({weight.name: probe}, _PROBE_IMAGES)
                harm = float(np.mean((moved - exact) ** 2)) + np.finfo(float).tiny
                bits = 8 * self._trials.bytes_of(probe) / weight.values.size
                # Error times 4^bits is the same at any step: the lower, the better the way of stepping.
                share = _PROBE * (weight.values.size / harm) ** 0.5
                options.append((harm * 4**bits, by_channel, _Plan(weight=weight, finest=finest, share=share)))
            plans.append(min(options, key=lambda option: option[:2])[2])
        most = max(plan.share for plan in plans)
        return [_Plan(weight=p.weight, finest=p.finest, share=p.share / most) for p in plans]

    def _factors(self, rung: float) -> dict[str, float]:
        """Each weight's step as a multiple of its finest; at rung 0 the least sensitive has its finest."""
        return {p.weight.name: min(p.share * _RATIO**rung, _COARSEST) for p in self._plans}

    def _rung(self, rung: float) -> Trial:
        return self._quantise_and_try(self._factors(rung))

    def _mixes(self, rung: float) -> None:
        """Coarsen single weights, the largest first, and keep what stays within bounds."""
        factors = self._factors(rung)
        for plan in sorted(self._plans, key=lambda p: -p.weight.values.size)[:_MIXES]:
            name = plan.weight.name
            trial = {**factors, name: float(np.clip(factors[name] * _RATIO, 1, _COARSEST))}
            if trial != factors and self._quantise_and_try(trial).within:
                factors = trial

    def _quantise_and_try(self, factors: Mapping[str, float]) -> Trial:
        plans = {p.weight.name: p for p in self._plans}
        reduced = {name: self._reduced(plans[name], factor) for name, factor in factors.items()}
        return self._attempt(_in_words(list(reduced.values())), reduced)

    def _attempt(self, name: str, reduced: dict[str, Reduced]) -> Trial:
        key = tuple(map(id, reduced.values()))
        if key not in self._tried:
            self._step(f"trying {name}")
            self._tried[key] = self._trials.measure(name, reduced, self._bounds)
            trial = self._tried[key]
            if trial.within and (self._best is None or trial.bytes < self._best[0]):
                self._best = trial.bytes, reduced
        return self._tried[key]

    def _reduced(self, plan: _Plan, factor: float) -> Reduced:
        half = self._halves.get(plan.weight.name) if factor < _HALF else None
        return half or self._quantised(plan.weight, plan.finest, max(factor, 1.0))

    def _quantised(self, weight: Weight, finest: NDArray[np.float32], factor: float) -> Quantised:
        key = (weight.name, finest.shape, factor)
        if key not in self._known:
            steps = (finest * np.float32(factor)).astype(np.float32)
            self._known[key] = quantise(weight.values, steps, self._moments.get(weight.name, ()), trade=True)
        return self._known[key]


def _in_words(reduced: Sequence[Reduced]) -> str:
    levels = [int(r.codes.max()) - int(r.codes.min()) + 1 for r in reduced if isinstance(r, Quantised)]
    halves = len(reduced) - len(levels)
    spread = f"{min(levels)} to {max(levels)} levels" if levels else ""
    return ", ".join([spread] * bool(levels) + [f"{halves} in float16"] * bool(halves))
