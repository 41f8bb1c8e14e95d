"""Smaller weights: bytes, other labels and largest difference on test images, beside uniform rounding by tensor.

    python bench/precision.py RUN... [--quick] [--json FILE]

RUN is a folder of `webparity train`. Weights are chosen on its validation images and measured on its test images, which
have no part in the choice. Bytes are those of the ONNX file, compressed by brotli as a static host sends it. The peer
rounds every weight to the same number of equal steps between its least and its largest value.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import brotli
import numpy as np
from onnx import ModelProto

from webparity.export.onnx.build import build_onnx_model
from webparity.export.quantization.calibration import collect_pixels
from webparity.export.quantization.float_model import FloatModel
from webparity.export.quantization.onnx_weights import Weight
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.quantization.quantized_weight import Int8Weight, QuantizedWeight
from webparity.export.quantization.search import search_smallest_weights
from webparity.export.quantization.storage.onnx_graph import quantize_onnx_graph
from webparity.export.quantization.trials import Bounds, QuantizationTrials
from webparity.export.quantization.uniform_precision import to_float16, to_int8
from webparity.registry import discover, get_by_name
from webparity.train.datasets.dataset import Dataset
from webparity.train.trained import Trained, load_run

PEER_LEVELS = (256, 128, 64, 32, 16)
# Bounds of the difference, with any number of flips, so that the whole curve is measured.
CURVE = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, kw_only=True)
class _Rounded(Int8Weight):
    """The peer's weight: uint8 codes with a least value beside the step."""

    least: float

    @property
    def values(self) -> Any:
        """Return the values that a runtime computes with, float32."""
        return (self.codes.view(np.uint8) * float(self.scale) + self.least).astype(np.float32)


def quantize_per_tensor(weight: Weight, levels: int) -> Int8Weight:
    """Quantize in equal steps from the least to the largest value."""
    least, most = float(weight.values.min()), float(weight.values.max())
    step = (most - least) / (levels - 1)
    codes = np.rint((weight.values - least) / step).astype(np.uint8)
    return _Rounded(codes=codes.view(np.int8), scale=np.asarray(step, np.float32), least=least)


def make_candidates(
    model: FloatModel, pixels: Any, *, quick: bool
) -> Iterator[tuple[str, dict[str, QuantizedWeight], float]]:
    """Make the candidates: names, weights and the seconds they took."""
    for levels in PEER_LEVELS:
        yield (
            f"uniform by tensor, {levels} levels",
            {w.name: quantize_per_tensor(w, levels) for w in model.weights},
            0.0,
        )
    yield "float16", to_float16(model), 0.0
    started = time.perf_counter()
    yield "uint8", to_int8(model, pixels), time.perf_counter() - started
    bounds = [Bounds()] if quick else [Bounds(), *(Bounds(flips=len(pixels), difference=d) for d in CURVE)]
    for bound in bounds:
        started = time.perf_counter()
        found = search_smallest_weights(
            QuantizationTrials(model, pixels), bound, lambda text: print(f"  {text}", file=sys.stderr)
        )
        label = "auto" if bound == Bounds() else f"auto, within {bound.difference:g}, any flips"
        yield label, found, time.perf_counter() - started


def measure(trained: Trained, data: Dataset, *, quick: bool) -> Any:
    """Measure one model; return the table's rows, printed at the end."""
    baked, spec = trained.baked, trained.preprocessing
    model = FloatModel(build_onnx_model(baked, trained.labels), (spec.height, spec.width, spec.depth))
    calibration = collect_pixels(baked, data.validation.images)
    unseen = QuantizationTrials(model, collect_pixels(baked, data.test.images))
    plain = _measure_sizes(model.model)
    print(f"\n{trained.recipe}: {len(calibration)} calibration images, {len(unseen.pixels)} test images")
    print(f"{'weights':36} {'bytes':>9} {'brotli':>9} {'ratio':>6} {'flips':>6} {'largest':>8} {'seconds':>8}")
    rows = [{"weights": "float32", **plain, "flips": 0, "difference": 0.0, "seconds": 0.0}]
    for label, reduced, seconds in make_candidates(model, calibration, quick=quick):
        found = unseen.measure_deviation(reduced)
        sizes = _measure_sizes(quantize_onnx_graph(QuantizationPlan(precision="auto", model=model, quantized=reduced)))
        rows.append(
            {"weights": label, **sizes, "flips": found.flips, "difference": found.probabilities, "seconds": seconds}
        )
    for row in rows:
        ratio = row["brotli"] / plain["brotli"]
        print(
            f"{row['weights']:36} {row['bytes']:9} {row['brotli']:9} {ratio:6.3f} {row['flips']:6} "
            f"{row['difference']:8.4f} {row['seconds']:8.1f}"
        )
    return {"recipe": trained.recipe, "test_images": len(unseen.pixels), "rows": rows}


def _measure_sizes(model: ModelProto) -> dict[str, int]:
    data = model.SerializeToString(deterministic=True)
    return {"bytes": len(data), "brotli": len(brotli.compress(data))}


def main() -> None:
    """Measure every run given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--quick", action="store_true", help="only the default bounds")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()
    results = []
    for run in options.runs:
        trained = load_run(run)
        recipe = get_by_name(discover("webparity.train.recipes", "RECIPE"), trained.recipe, "recipe")
        data = recipe.load(trained.data, trained.choices)
        results.append(measure(trained, data, quick=options.quick))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
