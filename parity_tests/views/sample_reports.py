"""Reports made by hand, with every verdict and with long names."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webparity.parity.report import VerificationReport
from webparity.verification.report import (
    Bits,
    Decode,
    Integrity,
    Latency,
    Pixels,
    Probabilities,
    Reference,
    Resources,
    Run,
    Scores,
    Top1,
)

_REASON: Final = "scores: differ by up to 0.0123 of their range on golden/3.png; the limit is 5e-5"
_PASSED: Final = Run(
    name="onnxruntime",
    runtime="onnxruntime",
    version="1.0",
    artifact="onnx-float32",
    backend="cpu",
    engine="python",
    verdict="pass",
    integrity=Integrity(ok=True, failing=[]),
    decode=Decode(ok=True, identical=120, differing=0, refused_alike=2, differing_images=[]),
    pixels=Pixels(ok=True, max_abs=1.34e-5, tolerance=1e-3, nonfinite=0, worst="3.png"),
    scores=Scores(ok=True, max_rel=2.3e-7, tolerance=5e-6, nonfinite=0, worst="3.png"),
    probabilities=Probabilities(
        ok=True, max_abs=1.2e-7, mean_abs=1e-8, p99_abs=1e-7, tolerance=5e-6, nonfinite=0, worst="3.png"
    ),
    top1=Top1(ok=True, flips=0, flipped=[], undecided=[], smallest_margin=0.13, headroom=54_321.0),
    resources=Resources(ok=True, leaked_tensors=0),
    latency_ms=Latency(median=3.21, p95=9.0),
)
_FAILED: Final = replace(
    _PASSED,
    name="tfjs:webgl@chromium",
    artifact="tfjs-graph-float32",
    verdict="fail",
    stage="scores",
    reason=_REASON,
    scores=Scores(ok=False, max_rel=0.0123, tolerance=5e-5, nonfinite=0, worst="3.png"),
    top1=Top1(ok=False, flips=3, flipped=[], undecided=["a", "b"], smallest_margin=0.1, headroom=0.12),
)
_UNAVAILABLE: Final = Run(
    name="onnxruntime-web:webgpu@chromium",
    runtime="onnxruntime-web",
    version="",
    artifact="onnx-float32",
    backend="webgpu",
    engine="chromium",
    verdict="unavailable",
    reason="no adapter for WebGPU on this machine; start a browser with a GPU",
)

MIXED: Final = VerificationReport(
    bundle="0" * 64,
    name="mnist-cnn",
    labels=["cat", "dog"],
    images=122,
    integrity=Integrity(ok=True, failing=[]),
    reference=Reference(runtime="keras", version="3.0", verdict="pass"),
    verdict="fail",
    reason=f"{_FAILED.title}: {_REASON}",
    runs=[_PASSED, _FAILED, _UNAVAILABLE],
)
LONG_NAMES: Final = replace(
    MIXED,
    name="n" * 90,
    runs=[replace(_FAILED, name="r" * 70), replace(_PASSED, artifact="a-name-of-an-artifact-" * 4), _UNAVAILABLE],
)
_DIGEST: Final = "8f0c" * 16
_PLACES: Final = [f"webparity@{engine}" for engine in ("python", "node", "chromium", "firefox", "webkit")]
_SAME: Final = Bits(ok=True, sha256=_DIGEST, answers=120, held_to=_PLACES[1:])
_OTHER: Final = Bits(
    ok=False, sha256="0" * 64, answers=120, held_to=[_PLACES[0]], differing=120, first="golden/a-long-name-3.png"
)
SAME_BITS: Final = replace(
    MIXED,
    runs=[
        *(replace(_PASSED, name=name, artifact="wasm-float32", bits=_SAME) for name in _PLACES),
        replace(_FAILED, name=_PLACES[-1], artifact="wasm-uint8", stage="bits", bits=_OTHER),
        _UNAVAILABLE,
    ],
)
