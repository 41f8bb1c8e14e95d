"""Replacements of layers that TF.js or ONNX lacks, compared with Keras's own answers."""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops

from webparity.models.keras.inference_model import build_inference_model

SHAPE: Final = (8, 10, 3)
RANDOM: Final = np.random.default_rng(0)
IMAGES: Final = RANDOM.uniform(-1, 2, (3, *SHAPE)).astype(np.float32)


def _check_outputs(network: Any, images: Any = IMAGES, atol: float = 2e-6) -> Any:
    """The plain form of a network, once it gives the network's own answers."""
    for weights in network.trainable_variables:
        weights.assign(RANDOM.uniform(-1, 1, weights.shape))
    form = build_inference_model(network)
    wanted = network.predict(images, verbose=0)
    received = form.predict(images, verbose=0)
    assert received.shape == wanted.shape
    np.testing.assert_allclose(received, wanted, rtol=2e-6, atol=atol)
    return form


def _list_kinds(network: Any) -> set[str]:
    return {type(each).__name__ for each in network.operations}


@settings(max_examples=25, deadline=None)
@pytest.mark.slow
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    strides=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    padding=st.sampled_from(["valid", "same"]),
    data=st.data(),
)
def test_a_transposed_convolution_of_any_stride_gives_the_same(
    kernel: tuple[int, int], strides: tuple[int, int], padding: str, data: st.DataObject
) -> None:
    most = [stride - 1 for stride in strides]
    added = data.draw(st.none() | st.tuples(*(st.integers(0, m) for m in most)))
    network = keras.Sequential([keras.Input(SHAPE)])
    try:
        network.add(layers.Conv2DTranspose(2, kernel, strides=strides, padding=padding, output_padding=added))
        network.predict(IMAGES[:1], verbose=0)
    except Exception:  # noqa: BLE001 - TensorFlow computes some of these in no way
        return
    form = _check_outputs(network)
    for layer in form.layers:
        if isinstance(layer, layers.Conv2DTranspose):
            wide = all(k >= s for k, s in zip(layer.kernel_size, layer.strides, strict=True))
            assert wide


def test_one_that_is_called_twice_keeps_one_kernel() -> None:
    inputs = keras.Input(SHAPE)
    layer = layers.Conv2DTranspose(3, 1, strides=2, activation="relu")
    network = keras.Model(inputs, layer(inputs) + layer(inputs * 0.5))
    form = _check_outputs(network)
    assert sum(isinstance(each, layers.Conv2DTranspose) for each in form.layers) == 1


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.UpSampling2D(2, interpolation="bicubic"),
        lambda: layers.UpSampling2D((3, 2), interpolation="lanczos3"),
        lambda: layers.UpSampling2D(2, interpolation="lanczos5"),
        lambda: layers.Resizing(5, 13, interpolation="bicubic"),
        lambda: layers.Resizing(5, 4, antialias=True),
        lambda: layers.Resizing(5, 4, interpolation="bicubic", antialias=True),
        lambda: layers.Resizing(5, 4, interpolation="area"),
        lambda: layers.Resizing(5, 5, antialias=True, crop_to_aspect_ratio=True),
        lambda: layers.Resizing(6, 3, antialias=True, pad_to_aspect_ratio=True),
        lambda: layers.Resizing(3, 9, interpolation="bicubic", pad_to_aspect_ratio=True),
    ],
)
def test_resized_images_are_products_with_constant_weights(layer: Any) -> None:
    form = _check_outputs(keras.Sequential([keras.Input(SHAPE), layer()]), atol=5e-6)
    assert _list_kinds(form) <= {"InputLayer", "Einsum"}


def test_the_operations_of_keras_ops_too() -> None:
    inputs = keras.Input(SHAPE)
    resized = ops.image.resize(inputs, (12, 7), interpolation="lanczos5")
    form = _check_outputs(keras.Model(inputs, ops.cast(ops.digitize(resized, np.array([-0.5, 0.5, 1.0])), "float32")))
    assert not _list_kinds(form) & {"Resize", "Digitize"}


def test_resizing_that_every_runtime_does_alike_stays() -> None:
    network = keras.Sequential([keras.Input(SHAPE), layers.UpSampling2D(2, interpolation="bilinear")])
    assert "UpSampling2D" in _list_kinds(_check_outputs(network))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("flat", [True, False])
def test_bins_are_comparisons(mode: str, flat: bool) -> None:
    parts = [layers.Flatten()] if flat else []
    bins = layers.Discretization([-0.5, 0.25, 0.5, 1.5], output_mode=mode)
    network = keras.Sequential([keras.Input(SHAPE), *parts, bins])
    images = IMAGES.copy()
    # A value that is a boundary belongs above it.
    images[0, 0, :4, 0] = [-0.5, 0.25, 0.5, 1.5]
    assert "Discretization" not in _list_kinds(_check_outputs(network, images))


def test_bins_of_a_column_of_ones() -> None:
    bins = layers.Discretization([0.25, 0.5], output_mode="one_hot")
    network = keras.Sequential([keras.Input(SHAPE), layers.Conv2D(1, 8), bins])
    assert network.output_shape[-1] == 3
    _check_outputs(network)
