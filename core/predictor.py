"""Prediction from image files, with onnxruntime or with the module."""

from __future__ import annotations

from pathlib import Path

from webparity.bundle.read import Bundle, open_bundle, require_intact
from webparity.decode.contract import decode_file
from webparity.prediction.prediction import Prediction
from webparity.prediction.session import PredictionSession, PredictorRuntime


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
        UsageError: there is no such runtime.

    Example:
        >>> predictor = Predictor("bundle")  # doctest: +SKIP
        >>> predictor.predict("photo.jpg").label  # doctest: +SKIP
        'cat'
    """

    def __init__(self, bundle: Bundle | Path | str, *, runtime: PredictorRuntime | None = None) -> None:
        bundle = bundle if isinstance(bundle, Bundle) else open_bundle(bundle)
        require_intact(bundle)
        self._labels = bundle.manifest.labels
        self._contract = bundle.manifest.contract
        self._session = PredictionSession(bundle.site, bundle.manifest, runtime)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(artifact={self._session.artifact.id!r}, labels={self._labels})"

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
        prediction, _ = self._session.predict_image(str(file), lambda: decode_file(Path(file), self._contract))
        return prediction
