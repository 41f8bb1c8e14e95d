"""Export: a trained model, a model file or a training run becomes a bundle on disk."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.export.model_export import export_model
    from webparity.export.pipeline import write_bundle

__all__ = ["export_model", "write_bundle"]

_HOMES = {
    "export_model": "webparity.export.model_export",
    "write_bundle": "webparity.export.pipeline",
}


def __getattr__(name: str) -> object:
    # TensorFlow takes seconds to import, and the list of targets needs none of it.
    if name not in _HOMES:
        raise AttributeError(f"module 'webparity.export' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
