"""The decoder in Python beside Pillow: one file on one thread, many files on all cores, and a new process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from decoding.photographs import PictureFile, Rgb8
from PIL import Image
from reporting.alternating import measure_alternating
from reporting.table import MeasuredRow

from webparity.decode.batch import decode_images
from webparity.decode.contract import decode

_FIRST_DECODE = """
import sys, time
began = time.perf_counter()
{imports}
data = open(sys.argv[1], "rb").read()
{decode}
print((time.perf_counter() - began) * 1000)
"""
_OURS = _FIRST_DECODE.format(imports="from webparity.decode.contract import decode", decode="decode(data)")
_PILLOW = _FIRST_DECODE.format(
    imports="import io, numpy\nfrom PIL import Image", decode="numpy.asarray(Image.open(io.BytesIO(data)))"
)
_NUMPY = _FIRST_DECODE.format(imports="import numpy", decode="")


def decode_in_pillow(source: BytesIO | Path) -> Rgb8:
    """Decode by the peer, to RGB pixels uint8 [H, W, 3]."""
    with Image.open(source) as image:
        image.load()
        return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def compare_decoding(file: PictureFile, rounds: int, *, bound: float, aim: float) -> MeasuredRow:
    """Measure one file on one thread, from bytes in memory to an array."""
    if not np.array_equal(decode(file.data), decode_in_pillow(BytesIO(file.data))):
        raise SystemExit(f"Expected Pillow's pixels of {file.name}; received others. Nothing was measured.")
    ours, peer = measure_alternating((lambda: decode(file.data), lambda: decode_in_pillow(BytesIO(file.data))), rounds)
    ratio = median(own / pillow for own, pillow in zip(ours, peer, strict=True))
    return MeasuredRow(
        f"Python, {file.name}, {format_bytes(len(file.data))}",
        format_ms(median(ours)),
        format_ms(median(peer)),
        ratio,
        bound,
        aim,
    )


def compare_many(files: list[Path], rounds: int) -> MeasuredRow:
    """Measure files a second: ours on all cores, Pillow's in a loop; by the clock."""
    speeds: list[list[float]] = [[], []]

    def run(decoded: Iterable[Any]) -> float:
        began = time.perf_counter()
        count = sum(1 for _ in decoded)
        return count / (time.perf_counter() - began)

    for _ in range(rounds + 1):
        speeds[0].append(run(decode_images(files)))
        speeds[1].append(run(decode_in_pillow(file) for file in files))
    ours, peer = (measured[1:] for measured in speeds)
    return MeasuredRow(
        f"Python, {len(files)} mixed photographs, {os.cpu_count()} cores, files a second",
        f"{median(ours):.0f}",
        f"{median(peer):.0f}",
        median(own / pillow for own, pillow in zip(ours, peer, strict=True)),
        1.0,
        1.6,
        more_is_better=True,
    )


def measure_start(file: PictureFile, folder: Path, rounds: int) -> MeasuredRow:
    """Measure import and first decode in a new process, NumPy's included; the compiled module is in the cache."""
    path = folder / "first.jpg"
    path.write_bytes(file.data)
    times: dict[str, list[float]] = {_OURS: [], _PILLOW: [], _NUMPY: []}
    for _ in range(rounds + 1):
        for code, measured in times.items():
            command = [sys.executable, "-c", code, str(path)]
            measured.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    ours, peer, numpy = (median(measured[1:]) for measured in times.values())
    what = f"Python, import and first decode, 224 x 224 JPEG, cached module; {numpy:.0f} ms of it are NumPy"
    return MeasuredRow(what, format_ms(ours), format_ms(peer), ours, 120, 60, unit="ms")


def format_ms(value: float) -> str:
    """Format milliseconds with three digits."""
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms"


def format_bytes(count: int) -> str:
    """Format a number of bytes."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
