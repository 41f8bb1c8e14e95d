"""Verify MNIST test images in four kinds of files in every runtime, and time it against plain onnxruntime.

    python bench/verify.py --run build/demo/run --page docs/measured.md

The peer, in the same process: Pillow opens each file and onnxruntime runs the same artifact, and nothing is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import onnxruntime
from PIL import Image
from reporting.figures import describe_run

from webparity.bundle.read import Bundle, open_bundle
from webparity.export.inputs.run import make_exportable_run
from webparity.export.pipeline import write_bundle
from webparity.parity.verify import verify
from webparity.parity.views.figures import format_number
from webparity.parity.views.write import write_report
from webparity.train.datasets.mnist import load_mnist
from webparity.train.trained import load_run
from webparity.verification.report import Report, Run

# Name, size (None: as it is), file ending, options of Pillow's save.
KINDS = (
    ("png", None, ".png", {}),
    ("jpeg", None, ".jpg", {"quality": 90}),
    ("png-200x240", (200, 240), ".png", {}),
    ("jpeg-200x240", (200, 240), ".jpg", {"quality": 90}),
)


def write_images(folder: Path, count: int) -> list[Path]:
    """Write the first `count` test images in every kind; what is there already stays."""
    images = load_mnist().test.images[:count]
    files = []
    for name, size, suffix, options in KINDS:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number_, pixels in enumerate(images):
            file = folder / name / f"{number_:05d}{suffix}"
            if not file.is_file():
                image = Image.fromarray(pixels)
                (image.resize(size, Image.Resampling.BICUBIC) if size else image).save(file, **options)
            files.append(file)
    return files


def measure_plain(bundle: Bundle, files: list[Path]) -> float:
    """Measure the peer's time in seconds."""
    artifact = bundle.find_artifact("onnx-float32")
    session = onnxruntime.InferenceSession(str(bundle.site / artifact.entry), providers=["CPUExecutionProvider"])
    started = time.perf_counter()
    for file in files:
        with Image.open(file) as image:
            session.run(["probabilities"], {artifact.input: np.asarray(image.convert("RGB"))[np.newaxis]})
    return time.perf_counter() - started


def format_row(run: Run) -> str:
    """Format one line of the page's table."""
    if run.verdict == "unavailable" or None in (run.decode, run.pixels, run.scores, run.probabilities, run.top1):
        return f"| `{run.name}` | {run.verdict} | | | | | | |"
    assert run.decode
    assert run.pixels
    assert run.scores
    assert run.probabilities
    assert run.top1
    return (
        f"| `{run.name}` | {run.verdict} | {run.decode.identical} of {run.decode.identical + run.decode.differing} "
        f"| {format_number(run.pixels.max_abs)} | {format_number(run.scores.max_rel)} "
        f"| {format_number(run.probabilities.max_abs)} "
        f"| {run.top1.flips} | {format_number(run.top1.headroom)} |"
    )


def render_page(report: Report, details: dict[str, str]) -> str:
    """Render the page for docs/, with everything needed to read the figures."""
    head = "| runtime | verdict | decoded alike | pixels | scores | probabilities | flips | headroom |"
    lines = [
        "# What was measured",
        "",
        "## Parity",
        "",
        "Written by `bench/verify.py`; do not edit. Every runtime against Keras, same files: largest differences,",
        "pixels in grey levels (0 to 255), scores as a share of their range, probabilities 0 to 1.",
        "",
        head,
        "|---" * 8 + "|",
        *map(format_row, report.runs),
        "",
        *(f"- {name}: {value}" for name, value in details.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("build/demo/run"), help="a run of `webparity train mnist-cnn`")
    parser.add_argument("--count", type=int, default=1000, help="test images, each in four kinds of files")
    parser.add_argument("--quick", action="store_true", help="25 images")
    parser.add_argument("--page", type=Path, help="write the Markdown page here")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    parser.add_argument("--report", type=Path, default=Path("build/bench/report"))
    options = parser.parse_args()
    count = 25 if options.quick else options.count
    described = describe_run(os.getloadavg()[0])
    trained = load_run(options.run)
    folder = Path("build/bench/bundle")
    write_bundle(make_exportable_run(trained), folder, force=True)
    bundle = open_bundle(folder)
    files = write_images(Path("build/bench/images") / str(count), count)
    peer = measure_plain(bundle, files)
    started = time.perf_counter()
    report = verify(bundle, images=files)
    seconds = time.perf_counter() - started
    write_report(report, options.report)
    passed = sum(run.verdict == "pass" for run in report.runs)
    ratio = seconds / peer / max(len(report.runs), 1)
    kinds = ", ".join(kind[0] for kind in KINDS)
    details = {
        "verdict": f"{report.verdict}, {passed} of {len(report.runs)} runs pass",
        "images": f"{report.images}: {count} MNIST test images as {kinds} (JPEG quality 90)",
        "model": f"mnist-cnn on {trained.data}, seed {trained.seed}, test accuracy {trained.metrics['accuracy']:.2%}",
        "reference": f"{report.reference.runtime} {report.reference.version}",
        "engines": ", ".join(sorted({run.engine for run in report.runs if run.engine})),
        "time": f"{seconds:.0f} s for all runs together, {ratio:.1f} times plain onnxruntime a run ({peer:.1f} s)",
        **described,
        "machine": f"{described['machine']}, no GPU (WebGL by a software rasteriser)",
    }
    text = render_page(report, details)
    print(text)
    if options.page:
        before = options.page.read_text() if options.page.is_file() else ""
        _, marker, others = before.partition("\n<!-- ")  # what other benchmarks and hands wrote stays
        options.page.write_text(text + marker + others)
    if options.json:
        options.json.write_text(json.dumps({"seconds": seconds, "peer_seconds": peer, "ratio_a_run": ratio, **details}))


if __name__ == "__main__":
    main()
