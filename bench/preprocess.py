"""Preprocessing in native onnxruntime and in the module, on one thread, beside its own library in the same run.

    python bench/preprocess.py --page docs/measured.md --json build/bench/preprocess.json

All take decoded RGB pixels to a model's: ours as the exported graph and program do, the peer by the library's own
calls; `own` beside Pillow's. Processor time is counted, which other work on the machine lengthens least, in alternating
rounds. Both are held to the float64 truth first.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
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
from reporting.figures import describe_run, write_figures
from reporting.table import PREPROCESSING, MeasuredRow, write_section

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
        if antialias and method in {"nearest", "area"}:
            # The same.
            continue
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


BOUND, AIM = 3.0, 1.5
# In grey levels, from the float64 truth.
LARGEST_DIFFERENCE = 1e-3
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


def measure_all(*, quick: bool) -> list[MeasuredRow]:
    """Measure every row of the table; print each as it is known."""
    rows = []
    for (width, height), count in QUICK if quick else SIZES:
        image = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
        for name, (spec, library, peer) in make_rows().items():
            ways = {"graph": build_onnxruntime(spec), "module": build_program(spec)}
            expected = resize_image_in_numpy(image, spec)
            times = measure_rounds(image, {"peer": peer, **ways}, count)
            for way, run in ways.items():
                difference = float(np.abs(run(image) - expected).max())
                if difference > LARGEST_DIFFERENCE:
                    raise SystemExit(f"{name} by the {way} is {difference} grey levels off")
                ratio = median(mine / theirs for mine, theirs in zip(times[way], times["peer"], strict=True))
                what = f"{way}, {width} x {height}, {name}"
                ours, theirs = (f"{median(times[each]):.1f} ms" for each in (way, "peer"))
                rows.append(MeasuredRow(what, ours, f"{library} {theirs}", ratio, BOUND, AIM))
                print(rows[-1].format_line(), flush=True)
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--page", type=Path, help="write the section of this Markdown page")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    cv2.setNumThreads(1)
    rows = measure_all(quick=options.quick)
    details = {
        "settings": f"to {SIDE} x {SIDE}, torchvision's to 224 x 224; noise, of which nothing can be skipped",
        "versions": f"onnxruntime {onnxruntime.__version__}, opencv {cv2.__version__}, pillow {PIL.__version__}, "
        f"numpy {np.__version__}",
        **describe_run(before),
    }
    if options.page:
        write_section(PREPROCESSING, options.page, rows, details)
    if options.json:
        write_figures(options.json, rows, details)


if __name__ == "__main__":
    main()
