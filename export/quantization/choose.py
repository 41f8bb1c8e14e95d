"""From the precision asked for to the weights that are written, with what was tried on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from webparity.bundle.manifest import Deviation
from webparity.errors import ExportError
from webparity.export.onnx.build import build_onnx_model
from webparity.export.quantization.calibration import Images, calibration_pixels
from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.plan import Precision, Reduction
from webparity.export.quantization.quantized_weight import Reduced
from webparity.export.quantization.search import search
from webparity.export.quantization.trials import Bounds, Trial, Trials
from webparity.export.quantization.uniform import halved, quantised
from webparity.models.baked import Baked

Step = Callable[[str], None]
TABLE_NAME: Final = "precision.json"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What became of the precision that was asked for; kept as `source/precision.json`.

    Attributes:
        precision: as asked for.
        bounds: what candidates had to keep to.
        images: how many calibration images there were.
        trials: what was tried, in order.
        reason: why weights stay in float32, if they do.
    """

    precision: Precision
    bounds: Bounds
    images: int
    trials: list[Trial]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The weights to write, how far they move the answers, and how they were found.

    Attributes:
        reduction: None where all weights stay in float32.
        deviation: on calibration and golden images; None where nothing is reduced.
        choice: for the record.
    """

    reduction: Reduction | None
    deviation: Deviation | None
    choice: Choice


def choose(
    baked: Baked,
    labels: Sequence[str],
    *,
    precision: Precision,
    calibration: Images,
    golden: Images,
    bounds: Bounds,
    step: Step,
) -> Chosen:
    """Reduce a model's weights.

    Args:
        baked: the trained model.
        labels: class names.
        precision: `float16`, `uint8`, or `auto` for the smallest within bounds.
        calibration: images that the choice is made on.
        golden: images of the golden set, which have no part in the choice but in the measure.
        bounds: what the weights must keep to on the calibration images.
        step: called with a few words before each part of the work.

    Raises:
        ExportError: the precision asked for does not keep to the bounds.
    """
    step("running the calibration images")
    pixels = calibration_pixels(baked, calibration)
    model = FloatModel(build_onnx_model(baked, labels), pixels.shape[1:])
    trials = Trials(model, pixels)
    reduced: dict[str, Reduced] = {}
    if not model.weights:
        reason = "the model has no kernel or matrix of a kilobyte or more"
    elif precision == "auto":
        reduced = search(trials, bounds, step)
        reason = "" if reduced else "nothing smaller keeps to the bounds"
    else:
        step(f"rounding to {precision}")
        reduced, reason = halved(model) if precision == "float16" else quantised(model, pixels), ""
        _require(trials.measure(precision, reduced, bounds), bounds, len(pixels))
    choice = Choice(precision=precision, bounds=bounds, images=len(pixels), trials=trials.table, reason=reason)
    if not reduced:
        return Chosen(reduction=None, deviation=None, choice=choice)
    reduction = Reduction(precision=precision, model=model, reduced=reduced)
    everything = np.concatenate([pixels, calibration_pixels(baked, golden)])
    return Chosen(reduction=reduction, deviation=Trials(model, everything).deviation(reduced), choice=choice)


def _require(trial: Trial, bounds: Bounds, images: int) -> None:
    if not trial.within:
        raise ExportError(
            f"Expected at most {bounds.flips} other labels and probabilities within {bounds.difference:g} on the "
            f"{images} calibration images; received {trial.flips} and {trial.difference:.2g} in {trial.name}. "
            "Allow more with --max-flips and --max-difference, or give --precision auto."
        )
