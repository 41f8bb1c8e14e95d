"""Training: a dataset and a recipe give a trained model with its preprocessing, labels and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.train.training import fit

__all__ = ["fit"]


def __getattr__(name: str) -> object:
    # TensorFlow takes seconds to import, and the list of recipes needs none of it.
    if name == "fit":
        from webparity.train.training import fit

        return fit
    raise AttributeError(f"module 'webparity.train' has no attribute {name!r}")
