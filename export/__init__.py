"""Export: a trained model, a model file or a training run becomes a bundle on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webparity.lazy_names import make_dir, make_getattr

if TYPE_CHECKING:
    from webparity.export.model_export import export_model

__all__ = [
    "export_model",
]

__getattr__ = make_getattr(
    __name__,
    {
        "export_model": "webparity.export.model_export",
    },
)

__dir__ = make_dir(__name__, __all__)
