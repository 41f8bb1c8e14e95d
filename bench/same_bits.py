"""Answer whole test sets by the module in five places, and keep the digest of all answers in docs/parity.json.

    python bench/same_bits.py --mnist build/runs/mnist-cnn --chest build/runs/chest-cnn --json docs/parity.json

The places are Python, Node, Chromium, Firefox and WebKitGTK; `WEBPARITY_DATA` gives the X-rays. Every place must give
the same bits, and all must agree with Keras within tolerance: else nothing is written.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from PIL import Image

from webparity.bundle.read import open_bundle
from webparity.export.inputs.run import make_exportable_run
from webparity.export.pipeline import write_bundle
from webparity.parity.verify import verify
from webparity.train.datasets.mnist import load_mnist
from webparity.train.trained import load_run
from webparity.verification.certificate import list_certificates
from webparity.verification.report import Report

BUILD = Path("build/bench/same-bits")
PLACES = 5


def write_mnist(folder: Path) -> list[Path]:
    """Write all test images as PNG; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, pixels in enumerate(load_mnist().test.images):
        file = folder / f"{number:05d}.png"
        if not file.is_file():
            Image.fromarray(pixels).save(file)
        files.append(file)
    return files


def find_x_rays() -> list[Path]:
    """Find the test images of the chest X-rays."""
    return sorted((Path(os.environ["WEBPARITY_DATA"]) / "chest_xray" / "test").rglob("*.jpeg"))


def measure(run: Path, images: Sequence[Path]) -> tuple[Report, dict[str, Any]]:
    """Answer images in every place, and describe what came out.

    Raises:
        ParityError: a place left tolerance, or gave other bits.
        RuntimeUnavailable: a place could not be reached.
    """
    trained = load_run(run)
    folder = BUILD / trained.recipe
    write_bundle(make_exportable_run(trained), folder, target_names=["wasm"], page=False, force=True)
    bundle = open_bundle(folder)
    report = verify(bundle, images=images, runtimes=["webparity"], require=["webparity"])
    report.raise_for_verdict()
    (certificate,) = list_certificates(report)
    differences = {
        "probabilities": max(each.probabilities.max_abs for each in report.runs if each.probabilities),
        "scores": max(each.scores.max_rel for each in report.runs if each.scores),
        "pixels": max(each.pixels.max_abs for each in report.runs if each.pixels),
        "labels": max(each.top1.flips for each in report.runs if each.top1),
    }
    return report, {
        "model": f"{trained.recipe} on {trained.data}, seed {trained.seed}",
        "accuracy": trained.metrics["accuracy"],
        "program": bundle.find_artifact(certificate.artifact).entry.rpartition("/")[2],
        "images": certificate.answers,
        "sha256": certificate.sha256,
        "places": {each.name: each.engine or each.version for each in report.runs},
        "from": f"{report.reference.runtime} {report.reference.version}",
        "largest_differences": differences,
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", type=Path, help="a run of `webparity train mnist-cnn --data mnist`")
    parser.add_argument("--chest", type=Path, help="a run of `webparity train chest-cnn`")
    parser.add_argument("--quick", action="store_true", help="every 50th image")
    parser.add_argument("--json", type=Path, help="write the digests here")
    options = parser.parse_args()
    sets = {}
    if options.mnist:
        sets["mnist"] = (options.mnist, write_mnist(BUILD / "mnist"))
    if options.chest:
        sets["chest_xray"] = (options.chest, find_x_rays())
    document: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "sets": {}}
    for name, (run, images) in sets.items():
        report, document["sets"][name] = measure(run, images[::50] if options.quick else images)
        assert len(report.runs) == PLACES, [each.name for each in report.runs]
    text = json.dumps(document, indent=2) + "\n"
    print(text)
    if options.json:
        options.json.write_text(text)


if __name__ == "__main__":
    main()
