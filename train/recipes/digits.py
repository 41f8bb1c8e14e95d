"""Shared data of the recipes for handwritten digits."""

from __future__ import annotations

from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.mnist import load_mnist
from webparity.train.progress import CountCallback
from webparity.train.recipes.recipe import Choices


def load(data: str, choices: Choices, progress: CountCallback | None = None) -> Dataset:  # noqa: ARG001 - as `Load`
    """Read the digits that a `--data` value names; they come as arrays, at once."""
    return load_mnist(data)
