"""Decode files of every kind by the module and by peers: Pillow in Python, `createImageBitmap` in Chromium.

    python bench/decode.py --page docs/measured.md --json build/bench/decode.json

One thread, alternating rounds of one run, medians; in Python processor time, in Chromium the clock. Before a file is
measured, its pixels are compared with Pillow's. 300 photographs are decoded on all cores, Pillow's in a loop.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import brotli
from decoding.in_chromium import compare_in_chromium
from decoding.in_python import compare_decoding, compare_many, measure_start
from decoding.photographs import make_large_files, make_small_files, write_photographs
from reporting.figures import describe_run, write_figures
from reporting.table import DECODING, MeasuredRow, write_section

BUILD = Path(__file__).resolve().parents[1] / "wasm" / "build.py"


def measure_size() -> MeasuredRow:
    """Measure the decoder, built alone; pages download it as a part of the module."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decoder.wasm"
        subprocess.run([sys.executable, str(BUILD), "--decoder", str(file)], check=True, stdout=subprocess.DEVNULL)
        data = file.read_bytes()
    compressed = len(brotli.compress(data, quality=11))
    ours = f"{len(data):,} bytes, {compressed:,} with brotli"
    return MeasuredRow(
        "size of the decoder, built alone from the module's sources", ours, "", compressed / 1000, 40, 25, unit="kB"
    )


def measure_all(*, quick: bool, browser: bool) -> list[MeasuredRow]:
    """Measure every row of the table; print each as it is known."""
    rows: list[MeasuredRow] = []

    def add(row: MeasuredRow) -> None:
        rows.append(row)
        print(row.format_line(), flush=True)

    rounds = 5 if quick else 15
    small, large = make_small_files(), make_large_files(quick=quick)
    for file in small:
        add(compare_decoding(file, 3 * rounds, bound=1.5, aim=1.0))
    for file in large:
        add(compare_decoding(file, rounds, bound=2.0, aim=1.3))
    with tempfile.TemporaryDirectory(prefix="webparity-bench-") as folder:
        add(compare_many(list(write_photographs(Path(folder) / "many", 40 if quick else 300)), 1 if quick else 5))
        add(measure_start(small[0], Path(folder), rounds))
    if browser:
        for row in compare_in_chromium([*small, *large], rounds):
            add(row)
    add(measure_size())
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer rounds, 40 photographs")
    parser.add_argument("--no-browser", action="store_true", help="leave Chromium out")
    parser.add_argument("--page", type=Path, help="write the section of this Markdown page")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    rows = measure_all(quick=options.quick, browser=not options.no_browser)
    details = {
        "files": "mosaics of scikit-learn's photographs and noise; JPEG quality 85 and 4:2:0, WebP quality 80",
        "photographs": "60 % baseline JPEGs, 20 % progressive, 15 % WebP, 5 % PNG; 224 x 224 to 1500 x 1200",
        "versions": f"wasmtime {version('wasmtime')}, pillow {version('pillow')}, numpy {version('numpy')}",
        **describe_run(before),
    }
    if options.page:
        write_section(DECODING, options.page, rows, details)
    if options.json:
        write_figures(options.json, rows, details)


if __name__ == "__main__":
    main()
