"""Networks with dicts of one tensor and other dtypes, compared with Keras's `predict`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from keras import layers

from webparity.errors import UnsupportedModelError
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import make_golden_set
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.models import refusals
from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

SPEC: Final = Preprocessing(height=8, width=10, channels="rgb", scale=1.0)
IMAGES: Final = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 3), dtype=np.uint8)
GOLDEN: Final = make_golden_set([(IMAGES[0], "one")])[:1]


def _end(x: Any) -> Any:
    return layers.Dense(3, activation="softmax", name="classes")(layers.Flatten()(layers.Rescaling(1 / 255)(x)))


def _build_with_dicts(wrap_input: Callable[[Any], Any], wrap_output: Callable[[Any], Any]) -> Callable[[], Any]:
    def build() -> Any:
        image = keras.Input((8, 10, 3), name="image")
        return keras.Model(wrap_input(image), wrap_output(_end(image)))

    return build


class SubclassedNetwork(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.flat = layers.Flatten()
        self.dense = layers.Dense(3, activation="softmax")

    def call(self, image: Any) -> Any:
        return {"classes": self.dense(self.flat(image / 255.0))}


FORMS: Final[dict[str, Callable[[], Any]]] = {
    "a dict of one input": _build_with_dicts(lambda image: {"image": image}, lambda row: row),
    "a dict of one output": _build_with_dicts(lambda image: image, lambda row: {"classes": row}),
    "dicts of one": _build_with_dicts(lambda image: {"image": image}, lambda row: {"classes": row}),
    "lists of one": _build_with_dicts(lambda image: [image], lambda row: [row]),
    "dicts in dicts": _build_with_dicts(lambda image: {"a": {"b": [image]}}, lambda row: {"x": [{"classes": row}]}),
    "a subclass that gives a dict": SubclassedNetwork,
}


def _export(network: Any, folder: Path, spec: Preprocessing = SPEC) -> KerasBaked:
    """Exported to ONNX and TF.js, whose checks hold both to it."""
    baked = KerasBaked(network, spec)
    write_bundle(
        Exportable(name="network", baked=baked, source=b"", labels=("a", "b", "c"), golden=GOLDEN), folder, page=False
    )
    return baked


@pytest.mark.parametrize("form", FORMS)
def test_a_dict_or_list_of_one_tensor_goes(form: str, tmp_path: Path) -> None:
    network = FORMS[form]()
    images = IMAGES.astype(np.float32)
    if not isinstance(network, SubclassedNetwork):
        images = keras.tree.map_structure(lambda _: images, network.input)
    (wanted,) = keras.tree.flatten(network.predict(images, verbose=0))
    received = _export(network, tmp_path / "bundle")(IMAGES)["probabilities"]
    assert np.abs(received - wanted).max() < 1e-6


def test_a_file_of_such_a_network_needs_no_preprocessing(tmp_path: Path) -> None:
    network = FORMS["dicts of one"]()
    network.save(tmp_path / "model.keras")
    exportable = load_user_model(tmp_path / "model.keras", preprocessing=None, labels=None, golden=None)
    assert exportable.baked.preprocessing == SPEC
    wanted = network.predict({"image": IMAGES.astype(np.float32)}, verbose=0)["classes"]
    assert np.abs(exportable.baked(IMAGES)["probabilities"] - wanted).max() < 1e-6


def test_two_outputs_in_a_dict_are_refused() -> None:
    image = keras.Input((8, 10, 3))
    row = _end(image)
    with pytest.raises(UnsupportedModelError, match="one output"):
        KerasBaked(keras.Model(image, {"a": row, "b": row * 1.0}), SPEC)


def _build_with_policy(name: str) -> Any:
    """A network of mixed precision with its softmax in float32, as in Keras's guide."""
    keras.utils.set_random_seed(3)
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        inner = keras.Sequential([keras.Input((8, 10, 3)), layers.Conv2D(4, 3), layers.BatchNormalization()])
        image = keras.Input((8, 10, 3))
        x = layers.Reshape((6, 32))(keras.ops.relu(inner(image / 255.0)))
        x = layers.Bidirectional(layers.LSTM(4, recurrent_initializer="glorot_uniform"))(x)
        return keras.Model(image, layers.Activation("softmax", dtype="float32")(layers.Dense(3)(x)))
    finally:
        keras.config.set_dtype_policy(kept)


@pytest.mark.parametrize(
    ("policy", "near"),
    [("mixed_float16", 5e-3), ("mixed_bfloat16", 5e-2), ("float16", 5e-3), ("float64", 1e-5), ("bfloat16", 5e-2)],
)
def test_other_types_of_numbers_go_in_float32(policy: str, near: float, tmp_path: Path) -> None:
    network = _build_with_policy(policy)
    wanted = network.predict(IMAGES.astype(np.float32), verbose=0)
    baked = _export(network, tmp_path / "bundle")
    received = baked(IMAGES)["probabilities"]
    assert received.dtype == np.float32
    assert np.abs(received - wanted).max() < near
    for given, kept in zip(network.get_weights(), baked.network.get_weights(), strict=True):
        assert kept.dtype == np.float32
        np.testing.assert_array_equal(kept, np.asarray(given, np.float32))
    (note,) = baked.notes
    assert policy in note
    assert "float32" in note


def test_a_network_in_float32_is_left_as_it_is() -> None:
    network = _build_with_policy("float32")
    baked = KerasBaked(network, SPEC)
    assert baked.network is network
    assert baked.notes == ()


def test_a_layer_that_cannot_be_built_again_is_refused_and_the_remedy_works(tmp_path: Path) -> None:
    class UncopyableLayer(layers.Layer):
        def __init__(self, factor: float) -> None:
            super().__init__()
            self.factor = factor

        def call(self, values: Any) -> Any:
            return values * self.factor

    def build() -> Any:
        return keras.Sequential(
            [keras.Input((8, 10, 3)), UncopyableLayer(0.01), layers.Flatten(), layers.Dense(3, "softmax")]
        )

    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        old = build()
    finally:
        keras.config.set_dtype_policy(kept)
    with pytest.raises(UnsupportedModelError) as caught:
        KerasBaked(old, SPEC)
    assert refusals.FLOAT32.rule in str(caught.value)
    assert str(caught.value).endswith(refusals.FLOAT32.remedy)
    new = build()
    new.set_weights(old.get_weights())
    _export(new, tmp_path / "bundle")
