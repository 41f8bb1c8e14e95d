"""Prediction from image files, with onnxruntime or with the module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle, open_bundle, require_intact
from webparity.decode.contract import decode_file
from webparity.errors import BundleError, RuntimeUnavailable
from webparity.models.baked import compute_top1
from webparity.models.onnx_session import INSTALL_COMMAND, open_onnx, run_onnx
from webparity.models.probabilities import describe_probability_fault
from webparity.models.program_session import open_program

PredictorRuntime = Literal["onnxruntime", "webparity"]
# The preferred first, each with the target that it runs.
TARGETS: Final[dict[PredictorRuntime, str]] = {"onnxruntime": "onnx", "webparity": "wasm"}
_Compute = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The answer to one image file.

    Attributes:
        file: the image file.
        label: the most probable label, the first of equals.
        probability: its probability, 0 to 1.
        probabilities: every label's probability, in the bundle's order of labels.
        decode_ms: milliseconds from the file to pixels.
        model_ms: milliseconds from pixels to probabilities.
    """

    file: str
    label: str
    probability: float
    probabilities: dict[str, float]
    decode_ms: float
    model_ms: float


class Predictor:
    """Inference from image files with an artifact of a bundle; every file of the bundle is checked first.

    It does not need the library that trained the model. Opening costs more than predicting: make one and keep it.

    Args:
        bundle: a bundle, its folder or its `site/`.
        runtime: `onnxruntime` runs the ONNX artifact, `webparity` the program, with the very bits of the page. By
            default onnxruntime, or `webparity` where onnxruntime (an extra) is not installed or the bundle has no ONNX
            artifact.

    Raises:
        BundleError: the bundle cannot be read, a file is missing or altered, or it has no artifact that the runtime
            opens.
        RuntimeUnavailable: the runtime is not installed.

    Example:
        >>> predictor = Predictor("bundle")  # doctest: +SKIP
        >>> predictor.predict("photo.jpg").label  # doctest: +SKIP
        'cat'
    """

    def __init__(self, bundle: Bundle | Path | str, *, runtime: PredictorRuntime | None = None) -> None:
        bundle = bundle if isinstance(bundle, Bundle) else open_bundle(bundle)
        require_intact(bundle)
        self._labels = bundle.manifest.labels
        chosen, self._artifact = _choose_artifact(bundle, runtime)
        file = bundle.site / self._artifact.entry
        self._compute = _open_onnx(file, self._artifact) if chosen == "onnxruntime" else _open_program(file)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(artifact={self._artifact.id!r}, labels={self._labels})"

    def predict(self, file: Path | str) -> Prediction:
        """Decode one image file by the decode contract and run the model on it.

        Args:
            file: a JPEG, PNG, WebP, GIF or BMP file.

        Returns:
            The label and every probability, float32 values from 0 to 1 that sum to 1, with the time they took.

        Raises:
            DecodeError: the contract refuses the file.
            BundleError: what the model answers are no probabilities.
            UsageError: there is no such file.
        """
        started = perf_counter()
        pixels = decode_file(Path(file))
        decoded = perf_counter()
        output = self._compute(pixels)
        done = perf_counter()
        fits = output.shape == (1, len(self._labels)) and output.dtype == np.float32
        fault = describe_probability_fault(output[0]) if fits else f"{output.dtype} {list(output.shape)}"
        if fault is not None:
            raise BundleError(
                f"Expected {len(self._labels)} probabilities from 0 to 1 that sum to 1; received {fault} for {file}. "
                "Verify the bundle, and export it again."
            )
        best = int(compute_top1(output)[0])
        return Prediction(
            file=str(file),
            label=self._labels[best],
            probability=float(output[0, best]),
            probabilities={label: float(p) for label, p in zip(self._labels, output[0], strict=True)},
            decode_ms=(decoded - started) * 1000,
            model_ms=(done - decoded) * 1000,
        )


def _choose_artifact(bundle: Bundle, runtime: PredictorRuntime | None) -> tuple[PredictorRuntime, Artifact]:
    """Choose the runtime, where none is given, and its artifact."""
    if runtime == "onnxruntime" and not _is_installed(runtime):
        raise RuntimeUnavailable(
            "Expected the package onnxruntime; it is not installed. "
            f"Install it with: {INSTALL_COMMAND}. Or predict with the runtime webparity."
        )
    asked = [runtime] if runtime is not None else [name for name in TARGETS if _is_installed(name)]
    artifacts = bundle.manifest.artifacts
    for name in asked:
        for artifact in artifacts:
            if artifact.target == TARGETS[name]:
                return name, artifact
    targets = [TARGETS[name] for name in asked]
    others = ", ".join(artifact.id for artifact in artifacts) or "none"
    fix = f"Export it with --target {targets[0]}"
    if runtime is None and any(artifact.target == TARGETS["onnxruntime"] for artifact in artifacts):
        fix = f"Install onnxruntime for the artifacts that it has: {INSTALL_COMMAND}. Or export it with --target wasm"
    raise BundleError(f"Expected a bundle with an artifact of target {' or '.join(targets)}; received {others}. {fix}.")


def _is_installed(runtime: PredictorRuntime) -> bool:
    return runtime == "webparity" or find_spec("onnxruntime") is not None


def _open_onnx(file: Path, artifact: Artifact) -> _Compute:
    tensor = artifact.outputs.get("probabilities")
    if tensor is None:
        raise BundleError(
            f"Expected an ONNX artifact with probabilities; received {artifact.id} without. Export the bundle again."
        )
    session = open_onnx(file)
    return lambda pixels: run_onnx(session, [tensor], artifact.input, pixels)[0]


def _open_program(file: Path) -> _Compute:
    session = open_program(file)
    return lambda pixels: session.run(pixels)["probabilities"]
