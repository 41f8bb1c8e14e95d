"""Exporting to both targets, beside the two stock converters in the same run.

    python bench/export.py                       a digits network, trained into build/ first
    python bench/export.py --run RUN --run RUN   runs of `webparity train`

Ours is `webparity export`: one process that makes both artifacts, runs both on the golden images and on random ones,
and writes the bundle. The peers are tensorflowjs' `convert_tf_saved_model` and `python -m tf2onnx.convert`, each in a
process of its own, on one SavedModel of the same function; neither checks anything. Sizes are the artifacts' as they
lie on disk and compressed by brotli.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import brotli

DEFAULT = Path("build/bench/export/mnist-cnn")
WEBPARITY = Path(sys.executable).with_name("webparity")
REPEATS = 3
TARGETS = ("--target", "onnx", "--target", "tfjs-graph")
STOCK_TFJS = (
    "import sys; from webparity.export.tfjs.converter import import_converter; "
    "import_converter().convert_tf_saved_model(sys.argv[1], sys.argv[2])"
)
SAVED_MODEL = (
    "import sys; from pathlib import Path; import tensorflow as tf; from webparity.train.trained import load_run; "
    "baked = load_run(Path(sys.argv[1])).baked; module = tf.Module(); module.network = baked.network; "
    "module.serve = tf.function(baked.compute_taps, "
    "input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, name='image')]); "
    "tf.saved_model.save(module, sys.argv[2], signatures=module.serve)"
)


def measure_seconds(command: Sequence[str | Path]) -> float:
    """Measure the wall time of a process that must succeed, in seconds."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr[-2000:]}")
    return time.perf_counter() - started


def measure_size(files: Sequence[Path]) -> dict[str, int]:
    """Measure the bytes of files, uncompressed and each compressed by brotli."""
    data = [file.read_bytes() for file in files]
    return {"bytes": sum(map(len, data)), "brotli": sum(len(brotli.compress(each, quality=9)) for each in data)}


def measure(run: Path, repeats: int) -> dict[str, Any]:
    """Measure times and sizes for one trained network."""
    times: dict[str, list[float]] = {"webparity": [], "tensorflowjs": [], "tf2onnx": []}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        saved, tfjs, onnx, bundle = (folder / name for name in ("saved", "tfjs", "stock.onnx", "bundle"))
        measure_seconds([sys.executable, "-c", SAVED_MODEL, run, saved])
        for _ in range(repeats):
            times["webparity"].append(measure_seconds([WEBPARITY, "export", run, "--out", bundle, "--force", *TARGETS]))
            times["tensorflowjs"].append(measure_seconds([sys.executable, "-c", STOCK_TFJS, saved, tfjs]))
            convert = [
                sys.executable,
                "-m",
                "tf2onnx.convert",
                "--saved-model",
                saved,
                "--output",
                onnx,
                "--opset",
                "17",
            ]
            times["tf2onnx"].append(measure_seconds(convert))
        model = bundle / "site" / "model"
        sizes = {
            "webparity tfjs-graph": measure_size([f for f in model.glob("tfjs-graph-float32/*") if f.is_file()]),
            "tensorflowjs": measure_size([f for f in tfjs.iterdir() if f.is_file()]),
            "webparity onnx": measure_size(list(model.glob("onnx-float32/*.onnx"))),
            "tf2onnx": measure_size([onnx]),
        }
    stock = median(times["tensorflowjs"]) + median(times["tf2onnx"])
    return {
        "run": run.name,
        "seconds": {name: median(values) for name, values in times.items()},
        "ratio": median(times["webparity"]) / stock,
        "sizes": sizes,
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, action="append", default=[], help="a trained network; may be given again")
    parser.add_argument("--quick", action="store_true", help="once each, instead of medians of three")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    if not options.run and not DEFAULT.is_dir():
        train = ["train", "mnist-cnn", "--data", "mnist-subset", "--epochs", "1", "--seed", "0", "--out", DEFAULT]
        measure_seconds([WEBPARITY, *train])
    figures = []
    for run in options.run or [DEFAULT]:
        result = measure(run, 1 if options.quick else REPEATS)
        figures.append(result)
        ours, tfjs, onnx = (result["seconds"][name] for name in ("webparity", "tensorflowjs", "tf2onnx"))
        print(f"{result['run']}: webparity {ours:.1f} s, tensorflowjs {tfjs:.1f} s and tf2onnx {onnx:.1f} s: ", end="")
        print(f"{result['ratio']:.2f} of both")
        for name, sizes in result["sizes"].items():
            print(f"  {name:22}{sizes['bytes'] / 1000:9.1f} kB, {sizes['brotli'] / 1000:.1f} kB by brotli")
    if options.json:
        document = {
            "results": figures,
            "versions": {name: version(name) for name in ("webparity", "tensorflowjs", "tf2onnx", "keras")},
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
