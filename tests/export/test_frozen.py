"""Optimising a graph leaves the sums of wide numbers in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from webparity.export import frozen
from webparity.export.tfjs_files import named_graph, opened_graph
from webparity.image_preprocessing import features
from webparity.preprocessing.graph import normalised_wide, resized_pixels
from webparity.preprocessing.spec import Preprocessing
from webparity.tracers.to_tensorflow import TensorFlowOps

SPEC = Preprocessing(height=8, width=8)
IMAGES = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 3), dtype=np.uint8)


def values(image: Any) -> dict[str, Any]:
    """Pixels, and what a classifier sees of them: computed wide and rounded once."""
    ops = TensorFlowOps()
    pixels = ops.reshape(resized_pixels(ops, image, SPEC), (-1, 8, 8, 1))
    return {"pixels": pixels, "values": normalised_wide(ops, pixels, SPEC)}


def wrong() -> int:
    """How many values of the written graph are not the ones of its own pixels."""
    topology, weights = named_graph(tf.autograph.experimental.do_not_convert(values))
    pixels, received = (x.numpy() for x in opened_graph(topology, dict(weights), ["pixels", "values"])(IMAGES))
    return int(np.count_nonzero(received.reshape(len(IMAGES), -1) != features(pixels, SPEC)))


def test_values_are_rounded_once() -> None:
    assert wrong() == 0


def test_sums_in_another_order_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_PASSES_IN_ORDER", frozen._PASSES)
    assert wrong() > 0
