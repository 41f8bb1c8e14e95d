"""webparity: train an image classifier, put it on a static web page, and prove that both give the same answer."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.bundle.read import Bundle, open_bundle
    from webparity.decode.contract import decode_file
    from webparity.errors import WebparityError
    from webparity.models.baked import bake
    from webparity.predictor import Prediction, Predictor
    from webparity.preprocessing.spec import Preprocessing

__all__ = [
    "Bundle",
    "Prediction",
    "Predictor",
    "Preprocessing",
    "WebparityError",
    "bake",
    "decode_file",
    "open_bundle",
]

_HOMES = {
    "Bundle": "webparity.bundle.read",
    "Prediction": "webparity.predictor",
    "Predictor": "webparity.predictor",
    "Preprocessing": "webparity.preprocessing.spec",
    "WebparityError": "webparity.errors",
    "bake": "webparity.models.baked",
    "decode_file": "webparity.decode.contract",
    "open_bundle": "webparity.bundle.read",
}


def __getattr__(name: str) -> object:
    # Fetched when asked for: NumPy takes a tenth of a second and TensorFlow several, and `--help` needs neither.
    if name not in _HOMES:
        raise AttributeError(f"module 'webparity' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
