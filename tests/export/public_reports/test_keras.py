"""Networks of public bug reports on Keras, TF.js and tf2onnx: Keras's own answers, in ONNX and TF.js.

Each network is exported to both targets, whose checks hold them to it on 256 images; here it is held to
`model.predict` on the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from keras import layers

from webparity.errors import UnsupportedModelError, UsageError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.models.keras.baked import KerasBaked
from webparity.models.model_file import serialize_model
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC: Final = Preprocessing(height=8, width=10, channels="rgb", scale=1.0)
IMAGES: Final = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 3), dtype=np.uint8)
GOLDEN: Final = make_golden_set([(IMAGES[0], "one")])[:1]
RANDOM: Final = np.random.default_rng(5)


def _build_network(*parts: Any, shape: tuple[int, ...] = (8, 10, 3)) -> Any:
    """A classifier on pixels, with statistics and weights unlike those it begins with."""
    keras.utils.set_random_seed(5)
    ends = [layers.Flatten(), layers.Dense(3, activation="softmax")]
    network = keras.Sequential([keras.Input(shape), layers.Rescaling(1 / 255), *parts, *ends])
    for variable in network.variables:
        if "moving" in variable.path or "gamma" in variable.path:
            variable.assign(RANDOM.uniform(0.5, 1.5, variable.shape))
    return network


def _build_transfer() -> Any:
    """keras.io, transfer learning: augmentation, a frozen base called with training=False, a new head."""
    keras.utils.set_random_seed(5)
    base = keras.Sequential(
        [keras.Input((8, 10, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU()], name="base"
    )
    base.trainable = False
    augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
    inputs = keras.Input((8, 10, 3))
    x = base(layers.Rescaling(1 / 127.5, offset=-1)(augmentation(inputs)), training=False)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def _build_in_mixed_precision() -> Any:
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return keras.Sequential(
            [
                keras.Input((8, 10, 3)),
                layers.Rescaling(1 / 255),
                layers.Conv2D(4, 3, activation="relu"),
                layers.Flatten(),
                layers.Dense(3),
                layers.Activation("softmax", dtype="float32"),
            ]
        )
    finally:
        keras.config.set_dtype_policy(kept)


def _build_rows(*parts: Any) -> Any:
    return _build_network(layers.Reshape((8, 30)), *parts)


REPORTS: Final[dict[str, Callable[[], Any]]] = {
    "tensorflow/tfjs#562 dropout": lambda: _build_network(
        layers.Dropout(0.5), layers.Conv2D(3, 3), layers.SpatialDropout2D(0.5)
    ),
    "tensorflow/tfjs#7250 BatchNorm": lambda: _build_network(
        layers.Conv2D(3, 3), layers.BatchNormalization(), layers.ReLU()
    ),
    "tensorflow/tfjs#3152 BatchNorm behind augmentation": lambda: _build_network(
        layers.Resizing(8, 10), layers.RandomFlip(), layers.BatchNormalization(), layers.Dropout(0.3)
    ),
    "tensorflow/tfjs#4823 instance normalisation": lambda: _build_network(
        layers.Conv2D(4, 3), layers.GroupNormalization(groups=-1)
    ),
    "tensorflow/tfjs#6864 group normalisation": lambda: _build_network(
        layers.Conv2D(4, 3), layers.GroupNormalization(2)
    ),
    "tensorflow/tfjs#4626 layer normalisation": lambda: _build_network(layers.LayerNormalization()),
    "tensorflow/tfjs#4390 Normalization": lambda: _build_network(
        layers.Normalization(mean=[0.4, 0.5, 0.6], variance=[0.2, 0.3, 0.4])
    ),
    "PINTO0309/onnx2tf#401 RandomFlip": lambda: _build_network(layers.RandomFlip(), layers.Conv2D(3, 3)),
    "tensorflow/tensorflow-onnx#2286 transposed": lambda: _build_network(
        layers.Conv2DTranspose(3, 3, strides=2, padding="same"), layers.Conv2DTranspose(2, 2, output_padding=None)
    ),
    "tensorflow/tensorflow-onnx#2286 stride above kernel": lambda: _build_network(
        layers.Conv2DTranspose(3, 2, strides=3, padding="same"), layers.BatchNormalization()
    ),
    "onnx/keras-onnx#555 BiLSTM": lambda: _build_rows(layers.Bidirectional(layers.LSTM(3, return_sequences=True))),
    "onnx/keras-onnx#89 GRU": lambda: _build_rows(layers.GRU(3, reset_after=False)),
    "onnx/onnx#2535 bilinear upsampling": lambda: _build_network(layers.UpSampling2D((2, 3), interpolation="bilinear")),
    "keras.io transfer learning": _build_transfer,
    "keras.io nested Sequential": lambda: keras.Sequential(
        [
            keras.Input((8, 10, 3)),
            layers.RandomZoom(0.1),
            _build_network(layers.Conv2D(3, 3)).layers[0],
            *_build_network().layers[1:],
        ]
    ),
}


def _export(network: Any, folder: Path, source: bytes = b"") -> KerasBaked:
    baked = KerasBaked(network, SPEC)
    write_bundle(
        Exportable(name="network", baked=baked, source=source, labels=tuple("abc"[: baked.classes]), golden=GOLDEN),
        folder,
        target_names=("onnx", "tfjs-graph"),
        page=False,
    )
    return baked


@pytest.mark.parametrize("report", REPORTS)
def test_a_reported_network_gives_the_answers_of_its_own_predict(report: str, tmp_path: Path) -> None:
    network = REPORTS[report]()
    wanted = network.predict(IMAGES.astype(np.float32), verbose=0)
    received = _export(network, tmp_path / "bundle")(IMAGES)["probabilities"]
    assert np.abs(received - wanted).max() < 2e-6


def test_mixed_precision_is_exported_in_float32(tmp_path: Path) -> None:
    """tensorflow/tfjs#5847, tensorflow/tensorflow#46380: half floats are near, and the sentence says so."""
    network = _build_in_mixed_precision()
    wanted = network.predict(IMAGES.astype(np.float32), verbose=0)
    baked = _export(network, tmp_path / "bundle")
    assert np.abs(baked(IMAGES)["probabilities"] - wanted).max() < 5e-3
    assert "mixed_float16" in baked.notes[0]


class _SharpeningLayer(layers.Layer):
    def call(self, values: Any) -> Any:
        return values * values * 3.0


def test_a_custom_layer_is_exported_from_python(tmp_path: Path) -> None:
    """tensorflow/tfjs#1752: its graph is exported, though its class is nowhere else."""
    network = _build_network(_SharpeningLayer())
    wanted = network.predict(IMAGES.astype(np.float32), verbose=0)
    received = _export(network, tmp_path / "bundle", serialize_model(network))(IMAGES)["probabilities"]
    assert np.abs(received - wanted).max() < 2e-6


@pytest.mark.parametrize(("units", "end"), [(3, "softmax"), (1, "sigmoid")])
def test_logits_are_refused_and_exported_with_the_named_activation(units: int, end: str, tmp_path: Path) -> None:
    """keras.io's classifiers that end in Dense(n), for a loss from_logits=True."""
    logits = keras.Sequential(
        [keras.Input((8, 10, 3)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(units)]
    )
    with pytest.raises(UnsupportedModelError, match="--outputs logits" if units > 1 else "--outputs sigmoid"):
        _export(logits, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
    network = keras.Sequential([logits, layers.Activation(end)])
    wanted = network.predict(IMAGES.astype(np.float32), verbose=0)
    if units == 1:
        wanted = np.concatenate([1 - wanted, wanted], axis=1)
    assert np.abs(_export(network, tmp_path / "bundle")(IMAGES)["probabilities"] - wanted).max() < 2e-6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("height = 8\nwidth = 10\nchannels = 'cmyk'\n", "channels"),
        ("height = 8\nwidth = 10\nfit = 'crop'\n", "fit"),
        ("height = 8\nwidth = 10\nresize = 'cubic'\n", "resize"),
        ("height = 9\nwidth = 10\nchannels = 'rgb'\n", "(8, 10, 3)"),
        ("height = 8\nwidth = 10\nchannels = 'gray'\n", "(8, 10, 3)"),
    ],
)
def test_other_preprocessing_than_in_training_is_reported(text: str, says: str, tmp_path: Path) -> None:
    """teachablemachine-community#79, onnxruntime#22953, pytorch/vision#2950: what cannot be said is never guessed."""
    _build_network().save(tmp_path / "model.keras")
    (tmp_path / "pre.toml").write_text(text)
    with pytest.raises((UsageError, UnsupportedModelError)) as caught:
        load_user_model(tmp_path / "model.keras", preprocessing=tmp_path / "pre.toml", labels=None, golden=None)
    assert says in str(caught.value)
