"""Golden images within rounding of a threshold are marked; others, and those of smooth models, are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from webparity.export.checks.undecided import is_undecided
from webparity.models.baked import bake
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=3, width=3, scale=1.0)
TAPS: Any = ("pixels", "scores", "probabilities")
IMAGE = np.random.default_rng(0).integers(0, 256, (1, 7, 8, 3), dtype=np.uint8)


def _compute_answers(off: float, image: Any = IMAGE) -> tuple[Any, Any]:
    """A tree that splits so far above a pixel of the image, and its answers."""
    split = float(bake(_make_tree(128.0), SPEC)(image, ("pixels",))["pixels"].reshape(-1)[4]) + off
    baked = bake(_make_tree(split), SPEC)
    return baked, baked(image, TAPS)


def _make_tree(split: float) -> DecisionTreeClassifier:
    values = np.zeros((2, 9), np.float32)
    values[:, 4] = np.float32(split) - 16, np.float32(split) + 16
    return DecisionTreeClassifier().fit(values, [0, 1])


@pytest.mark.parametrize(("off", "undecided"), [(2e-5, True), (-2e-5, True), (0.01, False), (-3.0, False)])
def test_an_image_near_a_threshold_is_marked(off: float, *, undecided: bool) -> None:
    assert is_undecided(*_compute_answers(off)) is undecided


def test_integer_grey_levels_are_exact() -> None:
    gray = np.full((1, 3, 3, 3), 100, np.uint8)
    assert not is_undecided(*_compute_answers(2e-5, gray))
