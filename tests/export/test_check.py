"""An artifact that is not the model is refused, and the place is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from webparity.baked_keras import KerasBaked
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export.asked import RANDOM_IMAGES, Asked, random_batches
from webparity.export.check import Check
from webparity.export.pipeline import targets
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=12, width=10, channels="rgb")


def _network() -> Any:
    keras.utils.set_random_seed(0)
    parts = [
        layers.Conv2D(4, 3, name="first", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(5, 3, name="second", activation="tanh"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(),
        layers.Dense(3, activation="softmax", name="last"),
    ]
    return keras.Sequential([keras.Input(SPEC.values_shape), *parts])


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph"])
@pytest.mark.parametrize("layer", ["first", "second", "last"])
def test_the_first_tensor_that_parted_is_named(tmp_path: Path, target: str, layer: str) -> None:
    other = _network()
    kernel = other.get_layer(layer).kernel
    kernel.assign(kernel * 1.1)
    kind = targets()[target]
    artifact = kind.write(KerasBaked(other, SPEC), ["a", "b", "c"], SiteWriter(tmp_path), None)
    baked = KerasBaked(_network(), SPEC)
    with pytest.raises(ExportError, match=rf"received scores off by .*, first in the output of {layer}\."):
        Check(baked, Asked(baked, random_batches()))(kind, tmp_path, artifact)


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph", "tfjs-layers"])
def test_the_model_itself_passes_on_random_images(tmp_path: Path, target: str) -> None:
    baked, kind = KerasBaked(_network(), SPEC), targets()[target]
    artifact = kind.write(baked, ["a", "b", "c"], SiteWriter(tmp_path), None)
    asked = Asked(baked, [np.zeros((1, 5, 4, 3), np.uint8), *random_batches()])
    Check(baked, asked)(kind, tmp_path, artifact)
    assert sum(len(batch) for batch in asked.batches) == RANDOM_IMAGES + 1
