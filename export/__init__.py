"""Export: a trained model, or a user's own model file, becomes a bundle on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.export.pipeline import write_bundle

__all__ = ["write_bundle"]


def __getattr__(name: str) -> object:
    # TensorFlow takes seconds to import, and the list of targets needs none of it.
    if name == "write_bundle":
        from webparity.export.pipeline import write_bundle

        return write_bundle
    raise AttributeError(f"module 'webparity.export' has no attribute {name!r}")
