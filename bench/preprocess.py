"""Preprocessing in native onnxruntime and in the module, on one thread, beside its own library in the same run.

    python bench/preprocess.py --json build/bench/preprocess.json

All take decoded RGB pixels to a model's: ours as the exported graph and program do, the peer by the library's own
calls; `own` beside Pillow's. Processor time is counted, which other work on the machine lengthens least, in alternating
rounds. What is printed as "within" is the distance from the float64 truth in grey levels.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import onnxruntime
import PIL
from numpy.typing import NDArray
from PIL import Image

from webparity.export.onnx.model import make_float_output, make_model, trace_preprocessing
from webparity.export.wasm.front import trace_front
from webparity.export.wasm.write import write_program
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.spec import Preprocessing
from webparity.program.instance import ProgramInstance

SIDE = 180
Rgb8 = NDArray[np.uint8]
Way = Callable[[Rgb8], Any]
_PILLOW = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
_OPENCV = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
    "area": cv2.INTER_AREA,
}
_TENSORFLOW = {
    "nearest": "nearest",
    "bilinear": "bilinear",
    "bicubic": "bicubic",
    "lanczos": "lanczos3",
    "area": "area",
}


def resize_in_pillow(image: Rgb8, method: str, side: int = SIDE) -> Image.Image:
    """Gray by Pillow, then its resize."""
    return Image.fromarray(image).convert("L").resize((side, side), Image.Resampling(_PILLOW[method]))


def resize_in_opencv(image: Rgb8, method: str) -> Any:
    """Gray by OpenCV, then its resize."""
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (SIDE, SIDE), interpolation=_OPENCV[method])


def resize_in_tensorflow(image: Rgb8, method: str, *, antialias: bool) -> Any:
    """Resize RGB by TensorFlow."""
    import tensorflow as tf

    return tf.image.resize(image, (SIDE, SIDE), _TENSORFLOW[method], antialias=antialias).numpy()


def transform_as_torchvision(image: Rgb8) -> Any:
    """Resize(256) and CenterCrop(224) by the operations of Pillow that torchvision calls."""
    height, width = image.shape[:2]
    size = (256, 256 * height // width) if width <= height else (256 * width // height, 256)
    resized = Image.fromarray(image).resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    return np.asarray(resized.crop((left, top, left + 224, top + 224)))


def make_spec(*steps: dict[str, Any], gray: bool = True) -> Preprocessing:
    """Make a pipeline, of gray by default."""
    first = [{"step": "color", "to": "gray"}] if gray else []
    return Preprocessing(steps=[*first, *steps])  # type: ignore[arg-type]  # tables become steps


def make_rows() -> dict[str, tuple[Preprocessing, str, Way]]:
    """Make the rows: a pipeline, its library, and that library's own calls."""
    size = {"height": SIDE, "width": SIDE}
    rows: dict[str, tuple[Preprocessing, str, Way]] = {}
    for like, methods in (("own", _PILLOW), ("pillow", _PILLOW)):
        for method in methods:
            spec = make_spec({"step": "resize", "like": like, "method": method, **size})
            rows[f"{like} {method}"] = (spec, "Pillow", partial(resize_in_pillow, method=method))
    for method in _OPENCV:
        spec = make_spec({"step": "resize", "like": "opencv", "method": method, **size})
        rows[f"opencv {method}"] = (spec, "OpenCV", partial(resize_in_opencv, method=method))
    for method, antialias in product(_TENSORFLOW, (False, True)):
        step = {"step": "resize", "like": "tensorflow", "method": method, "antialias": antialias, **size}
        name = f"tensorflow {method}{' antialiased' if antialias else ''}"
        peer = partial(resize_in_tensorflow, method=method, antialias=antialias)
        rows[name] = (make_spec(step, gray=False), "TensorFlow", peer)
    rows["torchvision"] = (
        make_spec(
            {"step": "resize", "like": "torchvision", "shorter": 256},
            {"step": "crop", "height": 224, "width": 224},
            gray=False,
        ),
        "Pillow",
        transform_as_torchvision,
    )
    base = {"step": "resize", "like": "opencv", **size}
    rows["equalize"] = (
        make_spec(base, {"step": "equalize"}),
        "OpenCV",
        lambda image: cv2.equalizeHist(resize_in_opencv(image, "bilinear")),
    )
    rows["clahe"] = (
        make_spec(base, {"step": "clahe", "clip_limit": 2.0}),
        "OpenCV",
        lambda image: cv2.createCLAHE(2.0, (8, 8)).apply(resize_in_opencv(image, "bilinear")),
    )
    return rows


# Width and height, and how many rounds, the first of which is not counted.
SIZES = (((1500, 1200), 41), ((4000, 3000), 15))
QUICK = (((1500, 1200), 11), ((4000, 3000), 4))


def build_onnxruntime(spec: Preprocessing) -> Callable[[Rgb8], NDArray[np.float32]]:
    """Build the exported graph's preprocessing, float32 [height, width, depth] in grey levels."""
    ops, _ = trace_preprocessing(spec, normalize)
    model = make_model(ops, [make_float_output("pixels", (spec.height, spec.width, spec.depth))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda image: session.run(["pixels"], {"image": image[np.newaxis]})[0][0]


def build_program(spec: Preprocessing) -> Callable[[Rgb8], NDArray[np.float32]]:
    """Build the program's preprocessing, float32 [height, width, depth] in grey levels."""
    graph, pixels, _ = trace_front(spec)
    graph.outputs = [pixels]
    program = ProgramInstance(write_program(graph))
    return lambda image: program.run([], image)[0][0]


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
    cv2.setNumThreads(1)
    rows = []
    for (width, height), count in QUICK if options.quick else SIZES:
        image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
        print(f"{width} x {height}")
        for name, (spec, library, peer) in make_rows().items():
            ways = {"graph": build_onnxruntime(spec), "module": build_program(spec)}
            expected = resize_image_in_numpy(image, spec)
            difference = max(float(np.abs(way(image) - expected).max()) for way in ways.values())
            times = measure_rounds(image, {"peer": peer, **ways}, count)
            ratios = {
                name: median(mine / theirs for mine, theirs in zip(times[name], times["peer"], strict=True))
                for name in ways
            }
            print(
                f"  {name:32} graph {median(times['graph']):6.1f} ms, {ratios['graph']:5.2f} times, "
                f"module {median(times['module']):6.1f} ms, {ratios['module']:5.2f} times {library}'s, "
                f"within {difference:.0e}",
                flush=True,
            )
            rows.append(
                {
                    "preprocessing": name,
                    "library": library,
                    "width": width,
                    "height": height,
                    "milliseconds": {way: median(values) for way, values in times.items()},
                    "times_library": ratios,
                    "largest_difference": difference,
                    "rounds": len(times["peer"]),
                }
            )
    figures = {
        "rows": rows,
        "settings": f"to {SIDE} x {SIDE}, one thread, processor time, medians of alternating rounds",
        "versions": f"onnxruntime {onnxruntime.__version__}, opencv {cv2.__version__}, pillow {PIL.__version__}, "
        f"numpy {np.__version__}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
