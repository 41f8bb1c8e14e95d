"""Prediction from image files with onnxruntime."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from webparity.bundle.read import Bundle, open_bundle, require_intact
from webparity.decode.contract import decode_file
from webparity.errors import BundleError
from webparity.models.baked import compute_top1
from webparity.models.onnx_session import open_onnx, run_onnx
from webparity.models.probabilities import describe_probability_fault


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
    """Inference from image files with the ONNX artifact of a bundle; every file of the bundle is checked first.

    It needs onnxruntime, not the library that trained the model. Opening costs more than predicting: make one and keep
    it.

    Args:
        bundle: a bundle, its folder or its `site/`.

    Raises:
        BundleError: the bundle cannot be read, a file is missing or altered, or it has no ONNX artifact that
            onnxruntime opens.

    Example:
        >>> predictor = Predictor("bundle")  # doctest: +SKIP
        >>> predictor.predict("photo.jpg").label  # doctest: +SKIP
        'cat'
    """

    def __init__(self, bundle: Bundle | Path | str) -> None:
        bundle = bundle if isinstance(bundle, Bundle) else open_bundle(bundle)
        require_intact(bundle)
        artifact = next((a for a in bundle.manifest.artifacts if a.target == "onnx"), None)
        if artifact is None:
            raise BundleError(
                "Expected a bundle with an ONNX artifact; received one without. Export it with --target onnx."
            )
        self._labels = bundle.manifest.labels
        self._artifact = artifact
        tensor = artifact.outputs.get("probabilities")
        if tensor is None:
            raise BundleError(
                f"Expected an ONNX artifact with probabilities; received {artifact.id} without. "
                "Export the bundle again."
            )
        self._tensor = tensor
        self._session: Any = open_onnx(bundle.site / artifact.entry)

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
        (output,) = run_onnx(self._session, [self._tensor], self._artifact.input, pixels)
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
