"""The module in Python beside native onnxruntime on one thread, on the same image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime
from inference.artifacts import Written
from inference.in_javascript import format_ms
from inference.subjects import BenchmarkedModel
from reporting.alternating import measure_alternating
from reporting.table import MeasuredRow

from webparity.program.instance import ProgramInstance

_BOUND, _AIM = 3.0, 1.5
_TOLERANCE = 1e-3


def compare_in_python(subject: BenchmarkedModel, written: Written, rounds: int) -> MeasuredRow:
    """Measure `webparity@python` against onnxruntime with the complete ONNX file, both from decoded pixels.

    Raises:
        SystemExit: an answer differs from the model's own.
    """
    pixels = subject.draw_pixels()
    program = ProgramInstance(next(Path(written.folder).glob("model/wasm-float32/*.bin")).read_bytes())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    (file,) = Path(written.folder).glob("model/onnx-float32/*.onnx")
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    ways: tuple[Callable[[], Any], Callable[[], Any]] = (
        lambda: program.run(image=pixels)[0],
        lambda: session.run(["probabilities"], {"image": pixels[np.newaxis]})[0],
    )
    for way in ways:
        difference = np.abs(way()[0] - written.expected).max() / written.expected.max()
        if not difference <= _TOLERANCE:
            raise SystemExit(f"Expected the library's answer to {subject.name}; received another by {difference}.")
    ours, peer = measure_alternating(ways, rounds)
    ratio = median(own / native for own, native in zip(ours, peer, strict=True))
    what = f"Python, {subject.name}"
    return MeasuredRow(what, format_ms(median(ours)), f"onnxruntime {format_ms(median(peer))}", ratio, _BOUND, _AIM)
