"""Choice of the weights for a requested precision, with a record of what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from webparity.bundle.manifest import Deviation
from webparity.errors import ExportError
from webparity.export.message_callback import MessageCallback
from webparity.export.onnx.build import build_onnx_model
from webparity.export.quantization.calibration import CalibrationImages, collect_pixels
from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.plan import Precision, QuantizationPlan
from webparity.export.quantization.quantized_weight import QuantizedWeight
from webparity.export.quantization.search import search_smallest_weights
from webparity.export.quantization.trials import Bounds, QuantizationTrial, QuantizationTrials
from webparity.export.quantization.uniform_precision import to_float16, to_int8
from webparity.models.baked import Baked

TABLE_NAME: Final = "precision.json"


@dataclass(frozen=True, kw_only=True)
class QuantizationRecord:
    """The record of how weights were chosen; kept as `source/precision.json`.

    Attributes:
        precision: as it was requested.
        bounds: the limits of candidates.
        images: number of calibration images.
        trials: the candidates, in order.
        reason: why weights stay in float32, if they do.
    """

    precision: Precision
    bounds: Bounds
    images: int
    trials: list[QuantizationTrial]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class QuantizationResult:
    """The weights to write, their deviation, and the record of how they were chosen.

    Attributes:
        plan: None where all weights stay in float32.
        deviation: on calibration and golden images; None where nothing is quantized.
        record: how they were chosen.
    """

    plan: QuantizationPlan | None
    deviation: Deviation | None
    record: QuantizationRecord


def choose_weights(
    baked: Baked,
    labels: Sequence[str],
    *,
    precision: Precision,
    calibration: CalibrationImages,
    golden: CalibrationImages,
    bounds: Bounds,
    step: MessageCallback,
) -> QuantizationResult:
    """Choose the quantized weights of a model.

    Args:
        baked: the trained model.
        labels: class names.
        precision: `float16`, `uint8`, or `auto` for the smallest within bounds.
        calibration: images that the choice is made on.
        golden: images of the golden set, which are not used in the choice, only for the deviation.
        bounds: limits of the deviation on the calibration images.
        step: called with a message before each part of the work.

    Raises:
        ExportError: the requested precision does not stay within the bounds.
    """
    step("running the calibration images")
    pixels = collect_pixels(baked, calibration)
    model = FloatModel(build_onnx_model(baked, labels), pixels.shape[1:], baked.output)
    trials = QuantizationTrials(model, pixels)
    quantized: dict[str, QuantizedWeight] = {}
    if not model.weights:
        reason = "the model has no kernel or matrix of a kilobyte or more"
    elif precision == "auto":
        quantized = search_smallest_weights(trials, bounds, step)
        reason = "" if quantized else "nothing smaller keeps to the bounds"
    else:
        step(f"rounding to {precision}")
        quantized, reason = to_float16(model) if precision == "float16" else to_int8(model, pixels), ""
        _refuse_out_of_bounds(trials.measure(precision, quantized, bounds), bounds, len(pixels))
    record = QuantizationRecord(
        precision=precision, bounds=bounds, images=len(pixels), trials=trials.table, reason=reason
    )
    if not quantized:
        return QuantizationResult(plan=None, deviation=None, record=record)
    plan = QuantizationPlan(precision=precision, model=model, quantized=quantized)
    everything = np.concatenate([pixels, collect_pixels(baked, golden)])
    return QuantizationResult(
        plan=plan, deviation=QuantizationTrials(model, everything).measure_deviation(quantized), record=record
    )


def _refuse_out_of_bounds(trial: QuantizationTrial, bounds: Bounds, images: int) -> None:
    if not trial.within:
        raise ExportError(
            f"Expected at most {bounds.flips} other labels and probabilities within {bounds.difference:g} on the "
            f"{images} calibration images; received {trial.flips} and {trial.difference:.2g} in {trial.name}. "
            "Allow more with --max-flips and --max-difference, or give --precision auto."
        )
