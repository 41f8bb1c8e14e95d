"""webparity: train an image classifier, put it on a static web page, and prove that both give the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webparity.lazy_names import make_dir, make_getattr

if TYPE_CHECKING:
    from webparity.bundle.read import Bundle, open_bundle
    from webparity.decode.contract import decode_file
    from webparity.errors import (
        BundleError,
        DatasetError,
        DecodeError,
        ExportError,
        MissingBundleError,
        MissingDatasetError,
        MissingFileError,
        MissingPackageError,
        ParityError,
        RuntimeUnavailable,
        UnsupportedModelError,
        UsageError,
        WebparityError,
    )
    from webparity.export import export_model
    from webparity.models.baked import Baked, bake
    from webparity.prediction.prediction import Prediction
    from webparity.prediction.predictions import Predictions
    from webparity.predictor import Predictor
    from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
    from webparity.preprocessing.spec import Hog, Preprocessing

__all__ = [
    "Baked",
    "Bundle",
    "BundleError",
    "DatasetError",
    "DecodeError",
    "ExportError",
    "Hog",
    "ImagePreprocessing",
    "MissingBundleError",
    "MissingDatasetError",
    "MissingFileError",
    "MissingPackageError",
    "ParityError",
    "Prediction",
    "Predictions",
    "Predictor",
    "Preprocessing",
    "RuntimeUnavailable",
    "UnsupportedModelError",
    "UsageError",
    "WebparityError",
    "bake",
    "decode_file",
    "export_model",
    "open_bundle",
]

# The packages that stand above this one, imported when they are first used.
_PACKAGES = ("export", "parity", "train")

__getattr__ = make_getattr(
    __name__,
    {
        "Baked": "webparity.models.baked",
        "Bundle": "webparity.bundle.read",
        "BundleError": "webparity.errors",
        "DatasetError": "webparity.errors",
        "DecodeError": "webparity.errors",
        "ExportError": "webparity.errors",
        "Hog": "webparity.preprocessing.spec",
        "ImagePreprocessing": "webparity.preprocessing.sklearn_transformer",
        "MissingBundleError": "webparity.errors",
        "MissingDatasetError": "webparity.errors",
        "MissingFileError": "webparity.errors",
        "MissingPackageError": "webparity.errors",
        "ParityError": "webparity.errors",
        "Prediction": "webparity.prediction.prediction",
        "Predictions": "webparity.prediction.predictions",
        "Predictor": "webparity.predictor",
        "Preprocessing": "webparity.preprocessing.spec",
        "RuntimeUnavailable": "webparity.errors",
        "UnsupportedModelError": "webparity.errors",
        "UsageError": "webparity.errors",
        "WebparityError": "webparity.errors",
        "bake": "webparity.models.baked",
        "decode_file": "webparity.decode.contract",
        "export_model": "webparity.export.model_export",
        "open_bundle": "webparity.bundle.read",
    },
    _PACKAGES,
)

__dir__ = make_dir(__name__, (*__all__, *_PACKAGES))
