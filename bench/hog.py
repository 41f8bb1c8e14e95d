"""HOG of MNIST images, beside `skimage.feature.hog` in the same run.

    python bench/hog.py --json build/bench/hog.json

Both start from the same uint8 images and end with the same features. Ours runs in TensorFlow, as training does, and in
onnxruntime, as the exported graph does. With `--quick`, skimage counts a part of the images and its time is multiplied.
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

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import onnxruntime
import skimage
import tensorflow as tf
from numpy.typing import NDArray
from onnx import TensorProto, helper

from webparity.preprocessing.graph import normalize
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps
from webparity.train.datasets.mnist import load_mnist

HOG = Hog(orientations=8, pixels_per_cell=2, cells_per_block=1, normalisation="L2-Hys")
SPEC = Preprocessing(height=28, width=28, scale=1.0, hog=HOG)
COUNT = 70_000
QUICK = 2_000
# What lies between the operations then stays in the processor's cache.
BATCH = 128
REPEATS = 3

Gray = NDArray[np.uint8]
Features = Callable[[Gray], NDArray[np.float32]]


def load_images() -> Gray:
    """Load 70,000 gray images [N, 28, 28]: MNIST, or its embedded subset repeated when MNIST is not available."""
    dataset = load_mnist()
    known = np.concatenate([np.asarray(s.images)[..., 0] for s in (dataset.train, dataset.validation, dataset.test)])
    return known[np.arange(COUNT) % len(known)]


def build_tensorflow() -> Features:
    """Build webparity's HOG as training runs it."""
    signature = [tf.TensorSpec([None, SPEC.height, SPEC.width, 1], tf.uint8)]
    ops = TensorFlowOps()
    traced = tf.function(lambda gray: normalize(ops, ops.astype_real(gray), SPEC), input_signature=signature)
    return lambda gray: traced(tf.constant(gray[..., np.newaxis])).numpy()


def build_onnxruntime() -> Features:
    """Build webparity's HOG as the exported graph runs it."""
    ops = OnnxOps("hog")
    features = normalize(ops, ops.astype_real(OnnxTensor(ops, "gray")), SPEC)
    graph = helper.make_graph(
        ops.nodes,
        "hog",
        [helper.make_tensor_value_info("gray", TensorProto.UINT8, ["N", SPEC.height, SPEC.width, 1])],
        [helper.make_tensor_value_info(features.name, TensorProto.FLOAT, ["N", *SPEC.values_shape])],
        list(ops.initializers.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda gray: session.run(None, {"gray": gray[..., np.newaxis]})[0]


def compute_in_skimage(gray: Gray) -> NDArray[np.float64]:
    """Compute the peer's features, one image at a time."""
    cell, block = (HOG.pixels_per_cell,) * 2, (HOG.cells_per_block,) * 2
    return np.stack(
        [skimage.feature.hog(one, HOG.orientations, cell, block, block_norm=HOG.normalisation) for one in gray]
    )


def measure_seconds(features: Features, gray: Gray) -> float:
    """Measure the wall time for all images, in batches, in seconds."""
    started = time.perf_counter()
    for start in range(0, len(gray), BATCH):
        features(gray[start : start + BATCH])
    return time.perf_counter() - started


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"give skimage {QUICK} images, and multiply its time")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    gray = load_images()
    part = gray[:QUICK] if options.quick else gray
    ours = {"tensorflow": build_tensorflow(), "onnxruntime": build_onnxruntime()}
    expected = compute_in_skimage(gray[:BATCH])
    difference = {name: float(np.abs(run(gray[:BATCH]) - expected).max()) for name, run in ours.items()}
    # skimage stands in the middle of our repeats, so that a machine that slows down slows both.
    times: dict[str, list[float]] = {name: [measure_seconds(run, gray)] for name, run in ours.items()}
    started = time.perf_counter()
    for start in range(0, len(part), BATCH):
        compute_in_skimage(part[start : start + BATCH])
    peer = (time.perf_counter() - started) * len(gray) / len(part)
    for name, run in ours.items():
        times[name] += [measure_seconds(run, gray) for _ in range(REPEATS - 1)]
    figures = {
        "images": len(gray),
        "peer_images": len(part),
        "peer_seconds": peer,
        "seconds": {name: median(values) for name, values in times.items()},
        "times_faster": {name: peer / median(values) for name, values in times.items()},
        "largest_difference": difference,
        "settings": f"{HOG.orientations} orientations, {HOG.pixels_per_cell} pixels a cell, "
        f"{HOG.cells_per_block} cell a block, {HOG.normalisation}, batches of {BATCH}, medians of {REPEATS}",
        "versions": f"tensorflow {tf.__version__}, onnxruntime {onnxruntime.__version__}, "
        f"scikit-image {skimage.__version__}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    multiplied = "" if len(part) == len(gray) else f" ({len(part)} measured, multiplied)"
    print(f"skimage      {peer:7.1f} s for {len(gray)} images{multiplied}")
    for name, values in times.items():
        print(
            f"{name:12} {median(values):7.1f} s, {peer / median(values):.0f} times faster, "
            f"features within {difference[name]:.0e}"
        )
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
