"""Preprocessing in native onnxruntime on one thread, beside Pillow's own convert and resize in the same run.

    python bench/preprocess.py --json build/bench/preprocess.json

Both take decoded RGB pixels to 180 x 180 gray ones: ours as the exported graph does, the peer by
`convert("L").resize(…, BILINEAR)`. Processor time is counted, which other work on the machine lengthens least, in
alternating rounds. What is printed as "within" is the distance from the float64 truth in grey levels.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime
import PIL
from numpy.typing import NDArray
from PIL import Image

from webparity.export.onnx.model import make_float_output, make_model, trace_preprocessing
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing

SIDE = 180
SPECS = {
    "own": Preprocessing(height=SIDE, width=SIDE),
    "like pillow": Preprocessing(height=SIDE, width=SIDE, like="pillow"),
    "like opencv": Preprocessing(height=SIDE, width=SIDE, like="opencv"),
    "like tensorflow": Preprocessing(height=SIDE, width=SIDE, like="tensorflow"),
}
# Width and height, and how many rounds, the first of which is not counted.
SIZES = (((1500, 1200), 41), ((4000, 3000), 15))
QUICK = (((1500, 1200), 11), ((4000, 3000), 4))

Rgb8 = NDArray[np.uint8]


def build_onnxruntime(spec: Preprocessing) -> Callable[[Rgb8], NDArray[np.float32]]:
    """Build the exported graph's preprocessing, float32 [180, 180, 1] in grey levels."""
    ops, _ = trace_preprocessing(spec, normalize)
    model = make_model(ops, [make_float_output("pixels", (spec.height, spec.width, spec.depth))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda image: session.run(["pixels"], {"image": image[np.newaxis]})[0][0]


def resize_in_pillow(image: Rgb8) -> Rgb8:
    """Resize by the peer, which rounds to bytes."""
    return np.asarray(Image.fromarray(image).convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def measure_rounds(image: Rgb8, ways: dict[str, Callable[[Rgb8], Any]], count: int) -> dict[str, list[float]]:
    """Measure each function's processor time in milliseconds, in turns; the first turn is not counted."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(count):
        for name, way in ways.items():
            started = time.process_time()
            way(image)
            times[name].append((time.process_time() - started) * 1000)
    return {name: values[1:] for name, values in times.items()}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    ours = {name: build_onnxruntime(spec) for name, spec in SPECS.items()}
    rows = []
    for (width, height), count in QUICK if options.quick else SIZES:
        image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
        difference = {
            name: float(np.abs(ours[name](image) - resize_image_in_numpy(image, spec)).max())
            for name, spec in SPECS.items()
        }
        times = measure_rounds(image, {"pillow": resize_in_pillow, **ours}, count)
        peer = times.pop("pillow")
        print(f"{width} x {height}: Pillow {median(peer):.1f} ms")
        for name, values in times.items():
            ratio = median(own / pillow for own, pillow in zip(values, peer, strict=True))
            print(f"  {name:16} {median(values):6.1f} ms, {ratio:.2f} times Pillow's, within {difference[name]:.0e}")
            rows.append(
                {
                    "preprocessing": name,
                    "width": width,
                    "height": height,
                    "milliseconds": median(values),
                    "pillow_milliseconds": median(peer),
                    "times_pillow": ratio,
                    "largest_difference": difference[name],
                    "rounds": len(values),
                }
            )
    figures = {
        "rows": rows,
        "settings": f"to {SIDE} x {SIDE} gray, one thread, processor time, medians of alternating rounds",
        "versions": f"onnxruntime {onnxruntime.__version__}, pillow {PIL.__version__}, numpy {np.__version__}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
