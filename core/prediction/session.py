"""An artifact of a bundle, opened in onnxruntime or in the module, and asked about decoded pixels."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact, Manifest
from webparity.errors import BundleError, RuntimeUnavailable, UsageError
from webparity.models.onnx_session import INSTALL_COMMAND, open_onnx, run_onnx
from webparity.models.program_session import open_program
from webparity.outputs.registry import get_output_kind
from webparity.prediction.prediction import Prediction
from webparity.taps import Tap

PredictorRuntime = Literal["onnxruntime", "webparity"]
# The preferred first, each with the target that it runs.
TARGETS: Final[dict[PredictorRuntime, str]] = {"onnxruntime": "onnx", "webparity": "wasm"}
_Compute = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class PredictionSession:
    """One artifact, opened; its files must have been checked.

    Args:
        site: the bundle's `site/`.
        manifest: the bundle's.
        runtime: as of `Predictor`.

    Attributes:
        artifact: the one that is run.

    Raises:
        BundleError: the bundle has no artifact that the runtime opens.
        RuntimeUnavailable: the runtime is not installed.
        UsageError: there is no such runtime.
    """

    def __init__(self, site: Path, manifest: Manifest, runtime: PredictorRuntime | None = None) -> None:
        self._labels = manifest.labels
        self._output = manifest.output
        self._kind = get_output_kind(self._output)
        chosen, self.artifact = _choose_artifact(manifest, runtime)
        file = site / self.artifact.entry
        self._compute = (
            _open_onnx(file, self.artifact, self._kind.answer)
            if chosen == "onnxruntime"
            else _open_program(file, self.artifact, self._kind.answer)
        )

    def predict_image(self, name: str, read: Callable[[], NDArray[np.uint8]]) -> tuple[Prediction, NDArray[np.uint8]]:
        """Read one image and run the model on it.

        Args:
            name: what the prediction calls the image.
            read: gives its pixels, uint8 [H, W, 3].

        Returns:
            The prediction, and the pixels that were read.

        Raises:
            BundleError: what the model answers is not of the bundle's kind of output.
        """
        started = perf_counter()
        pixels = read()
        decoded = perf_counter()
        output = self._compute(pixels)
        done = perf_counter()
        count = self._kind.count_numbers(self._output, len(self._labels))
        fits = output.shape == (1, count) and output.dtype == np.float32
        fault = self._kind.find_fault(output[0]) if fits else f"{output.dtype} {list(output.shape)}"
        if fault is not None:
            raise BundleError(
                f"Expected {count} {self._kind.answer}: {self._kind.title}; received {fault} for {name}. "
                "Verify the bundle, and export it again."
            )
        prediction = Prediction(
            file=name,
            decode_ms=(decoded - started) * 1000,
            model_ms=(done - decoded) * 1000,
            **self._kind.describe(output[0], self._output, self._labels),
        )
        return prediction, pixels


def _choose_artifact(manifest: Manifest, runtime: PredictorRuntime | None) -> tuple[PredictorRuntime, Artifact]:
    """Choose the runtime, where none is given, and its artifact."""
    if runtime is not None and runtime not in TARGETS:
        raise UsageError(
            f"Expected a runtime among {', '.join(TARGETS)}, or none; received {runtime!r}. Choose one of these."
        )
    if runtime == "onnxruntime" and not _is_installed(runtime):
        raise RuntimeUnavailable(
            "Expected the package onnxruntime; it is not installed. "
            f"Install it with: {INSTALL_COMMAND}. Or predict with the runtime webparity."
        )
    asked = [runtime] if runtime is not None else [name for name in TARGETS if _is_installed(name)]
    artifacts = manifest.artifacts
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


def _open_onnx(file: Path, artifact: Artifact, answer: Tap) -> _Compute:
    tensor = artifact.outputs.get(answer)
    if tensor is None:
        raise BundleError(
            f"Expected an ONNX artifact with {answer}; received {artifact.id} without. Export the bundle again."
        )
    session = open_onnx(file)
    return lambda pixels: run_onnx(session, [tensor], artifact.input, pixels)[0]


def _open_program(file: Path, artifact: Artifact, answer: Tap) -> _Compute:
    session = open_program(file, artifact.outputs)
    return lambda pixels: session.run(pixels)[answer]
