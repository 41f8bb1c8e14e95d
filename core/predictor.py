"""Prediction from image files, with onnxruntime or with the module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle, open_bundle, require_intact
from webparity.decode.contract import decode_file
from webparity.errors import BundleError, RuntimeUnavailable
from webparity.models.onnx_session import INSTALL_COMMAND, open_onnx, run_onnx
from webparity.models.program_session import open_program
from webparity.outputs.registry import get_output_kind
from webparity.taps import Tap

PredictorRuntime = Literal["onnxruntime", "webparity"]
# The preferred first, each with the target that it runs.
TARGETS: Final[dict[PredictorRuntime, str]] = {"onnxruntime": "onnx", "webparity": "wasm"}
_Compute = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The answer to one image file; what the bundle's kind of output does not have is None.

    Attributes:
        file: the image file.
        label: the label: the most probable, the first of equals; or by the rule of scores. None for measured values,
            and where there may be several.
        probability: of the label, 0 to 1.
        labels: those whose probability is at least its threshold, in the bundle's order; of multilabel bundles.
        probabilities: every label's probability, in the bundle's order of labels.
        scores: decision scores by label, no probabilities; of two labels the score of the second alone.
        values: measured values by name.
        units: of the values, by name; empty where a value has none.
        decode_ms: milliseconds from the file to pixels.
        model_ms: milliseconds from pixels to the answer.
    """

    file: str
    label: str | None = None
    probability: float | None = None
    labels: list[str] | None = None
    probabilities: dict[str, float] | None = None
    scores: dict[str, float] | None = None
    values: dict[str, float] | None = None
    units: dict[str, str] | None = None
    decode_ms: float
    model_ms: float

    def to_dict(self) -> dict[str, Any]:
        """Return what there is as a dict, for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}


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
        self._output = bundle.manifest.output
        self._kind = get_output_kind(self._output)
        chosen, self._artifact = _choose_artifact(bundle, runtime)
        file = bundle.site / self._artifact.entry
        self._compute = (
            _open_onnx(file, self._artifact, self._kind.answer)
            if chosen == "onnxruntime"
            else _open_program(file, self._artifact, self._kind.answer)
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(artifact={self._artifact.id!r}, labels={self._labels})"

    def predict(self, file: Path | str) -> Prediction:
        """Decode one image file by the decode contract and run the model on it.

        Args:
            file: a JPEG, PNG, WebP, GIF or BMP file.

        Returns:
            The label and every probability, float32 values from 0 to 1 that sum to 1, with the time they took; or what
            the bundle's kind of output has in their place.

        Raises:
            DecodeError: the contract refuses the file.
            BundleError: what the model answers is not of the bundle's kind of output.
            UsageError: there is no such file.
        """
        started = perf_counter()
        pixels = decode_file(Path(file))
        decoded = perf_counter()
        output = self._compute(pixels)
        done = perf_counter()
        count = self._kind.count_numbers(self._output, len(self._labels))
        fits = output.shape == (1, count) and output.dtype == np.float32
        fault = self._kind.find_fault(output[0]) if fits else f"{output.dtype} {list(output.shape)}"
        if fault is not None:
            raise BundleError(
                f"Expected {count} {self._kind.answer}: {self._kind.title}; received {fault} for {file}. "
                "Verify the bundle, and export it again."
            )
        return Prediction(
            file=str(file),
            decode_ms=(decoded - started) * 1000,
            model_ms=(done - decoded) * 1000,
            **self._kind.describe(output[0], self._output, self._labels),
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
