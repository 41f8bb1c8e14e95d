"""Inference by the module beside LiteRT.js, onnxruntime-web and TF.js in Node and Chromium, and onnxruntime in Python.

    python bench/runtime.py --page docs/measured.md --json build/bench/runtime.json

One thread, alternating rounds of one run, medians. Before a model is measured, each answer is compared with that of
the model's own library. The peers run the bare network, as their users convert it; ours runs with preprocessing.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import brotli
from browsing.chromium import has_chromium
from decoding.photographs import draw_picture, encode_picture
from inference.artifacts import Written, write_subject
from inference.cold_start import compare_cold_start
from inference.in_javascript import (
    MODULE,
    PHOTOGRAPH_AIM,
    PHOTOGRAPH_BOUND,
    ROOT,
    build_host,
    compare,
    make_row,
    measure_in_chromium,
    measure_in_node,
)
from inference.in_python import compare_in_python
from inference.subjects import SUBJECTS, BenchmarkedModel
from PIL import Image
from reporting.figures import describe_run, write_figures
from reporting.table import RUNNING, MeasuredRow, write_section
from visiting.stock_pages import add_stock_files

FILES = Path("build/bench/runtime")


def measure_sizes(written: dict[BenchmarkedModel, Written]) -> Iterator[MeasuredRow]:
    """Measure the module as a page downloads it, and what programs have beside the weights."""
    data = MODULE.read_bytes()
    compressed = len(brotli.compress(data, quality=11))
    ours = f"{len(data):,} bytes, {compressed:,} with brotli"
    yield MeasuredRow("size of the module", ours, "", compressed / 1000, 70, 45, unit="kB")
    for subject, files in written.items():
        bound = {"mnist-cnn": 4.0, "MobileNetV2": 20.0}.get(subject.name)
        if bound is not None:
            over = (files.program_bytes - files.weight_bytes) / 1000
            ours = f"{files.program_bytes:,} bytes, {files.weight_bytes:,} of them weights"
            yield MeasuredRow(f"program of {subject.name} beside its weights", ours, "", over, bound, None, unit="kB")


def measure_writing(written: dict[BenchmarkedModel, Written]) -> Iterator[MeasuredRow]:
    """Measure writing of the program, which an export begins with the ONNX graph, against that of tfjs-graph."""
    for subject, files in written.items():
        what = f"writing the program of {subject.name}, its ONNX graph at hand ({files.onnx_s:.2f} s)"
        ratio = files.program_s / files.tfjs_s
        yield MeasuredRow(what, f"{files.program_s:.2f} s", f"tfjs-graph {files.tfjs_s:.2f} s", ratio, 0.2, None)


def measure_all(*, quick: bool, browser: bool, only: list[str]) -> Iterator[MeasuredRow]:
    """Measure every row of the table."""
    rounds = 5 if quick else 21
    chosen = [each for each in SUBJECTS if (each.name in only if only else each.quick or not quick)]
    FILES.mkdir(parents=True, exist_ok=True)
    build_host(FILES)
    written = {each: write_subject(each, FILES / each.folder) for each in chosen}
    folders = [files.folder for files in written.values()]
    for subject, result in zip(written, measure_in_node(FILES, folders, rounds), strict=True):
        yield make_row("Node", subject, result)
    if browser and has_chromium():
        (FILES / "photograph.jpg").write_bytes(encode_picture(draw_picture(1500, 1200, 2), "baseline"))
        xrays = next((FILES / each.folder for each in written if each.name == "chest-cnn"), None)
        answer = measure_in_chromium(FILES, folders, rounds, xrays)
        for subject, result in zip(written, answer["results"], strict=True):
            yield make_row("Chromium", subject, result)
        if answer["label"]:
            what = "Chromium, 1500 x 1200 JPEG from bytes to label, chest-cnn"
            yield compare(what, answer["label"], PHOTOGRAPH_BOUND, PHOTOGRAPH_AIM)
        digits = next((each for each in written if each.name == "mnist-cnn"), None)
        if digits:
            sample = FILES / "sample.png"
            Image.fromarray(digits.draw_pixels()).save(sample)
            model = add_stock_files(FILES / digits.folder, sample)
            yield from compare_cold_start(FILES, model, 3 if quick else 9)
    for subject, files in written.items():
        if subject.kind == "network":
            yield compare_in_python(subject, files, rounds)
    yield from measure_writing(written)
    yield from measure_sizes(written)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small models, fewer rounds")
    parser.add_argument("--no-browser", action="store_true", help="leave Chromium out")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this model; may be repeated")
    parser.add_argument("--page", type=Path, help="write the section of this Markdown page")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    rows: list[MeasuredRow] = []
    for row in measure_all(quick=options.quick, browser=not options.no_browser, only=options.only):
        rows.append(row)
        print(row.format_line(), flush=True)
    packages = ("@litertjs/core", "onnxruntime-web", "@tensorflow/tfjs-backend-wasm")
    locked = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    details = {
        "models": "random weights; classifiers fitted on 1,000 digits of the embedded MNIST subset",
        "peers": ", ".join(f"{name} {locked[f'node_modules/{name}']['version']}" for name in packages)
        + f", onnxruntime {version('onnxruntime')}; LiteRT.js in Chromium only",
        "input": "an image of the model's own size; ours takes pixels, the peers what the bare network takes",
        **describe_run(before),
    }
    if options.page:
        write_section(RUNNING, options.page, rows, details)
    if options.json:
        write_figures(options.json, rows, details)


if __name__ == "__main__":
    main()
