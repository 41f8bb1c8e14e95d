"""A network with its preprocessing: batch norm in inference mode, sigmoids as two classes, ties to the lowest index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import catboost
import keras
import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from webparity.bundle.read import open_bundle
from webparity.errors import UnsupportedModelError
from webparity.models.baked import bake, compute_top1, open_reference
from webparity.models.keras.baked import KerasBaked, load_network
from webparity.preprocessing.graph import normalize, resize_image_in_numpy
from webparity.preprocessing.spec import Hog, Preprocessing
from webparity.tensor_ops.tracers.to_numpy import NumpyOps

SPEC = Preprocessing(height=6, width=5, channels="rgb")
IMAGES = np.random.default_rng(0).integers(0, 256, (4, 9, 8, 3), dtype=np.uint8)


def _build_network(units: int, activation: str | None, *, resizing: bool = False) -> Any:
    keras.utils.set_random_seed(1)
    inside = [keras.layers.Resizing(6, 5)] if resizing else []
    network = keras.Sequential(
        [
            keras.Input((6, 5, 3)),
            *inside,
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation=activation),
        ]
    )
    norm = next(layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization))
    norm.set_weights([np.full(4, 1.5), np.full(4, 0.2), np.full(4, 0.3), np.full(4, 2.0)])
    return network


def _compute_expected(network: Any) -> np.ndarray:
    values = np.stack([resize_image_in_numpy(image, SPEC) for image in IMAGES]).astype(np.float32) / 255
    return np.asarray(network.predict(values, verbose=0))


@pytest.mark.parametrize("resizing", [False, True])
def test_batch_norm_rests_even_behind_a_resizing_layer(resizing: bool) -> None:
    network = _build_network(3, "softmax", resizing=resizing)
    outputs = KerasBaked(network, SPEC)(IMAGES, ("probabilities", "scores", "pixels"))
    assert np.abs(outputs["probabilities"] - _compute_expected(network)).max() < 1e-6
    assert outputs["pixels"].shape == (4, 6, 5, 3)
    exp = np.exp(outputs["scores"] - outputs["scores"].max(axis=1, keepdims=True))
    assert np.allclose(exp / exp.sum(axis=1, keepdims=True), outputs["probabilities"], atol=1e-6)


def test_the_activation_is_put_back() -> None:
    network = _build_network(3, "softmax")
    before = _compute_expected(network)
    KerasBaked(network, SPEC)(IMAGES)
    assert network.layers[-1].activation is keras.activations.softmax
    assert (np.abs(_compute_expected(network) - before) == 0).all()


def test_a_sigmoid_becomes_two_classes() -> None:
    network = _build_network(1, "sigmoid")
    outputs = KerasBaked(network, SPEC)(IMAGES, ("probabilities", "scores"))
    positive = _compute_expected(network)
    assert np.allclose(outputs["probabilities"], np.concatenate([1 - positive, positive], 1), atol=1e-6)
    assert np.allclose(outputs["probabilities"][:, 1], 1 / (1 + np.exp(-outputs["scores"][:, 1])), atol=1e-6)
    assert (outputs["scores"][:, 0] == 0).all()


def test_a_network_of_another_size_is_refused() -> None:
    with pytest.raises(UnsupportedModelError, match=r"received \(6, 5, 3\)"):
        KerasBaked(_build_network(3, "softmax"), Preprocessing(height=6, width=5, channels="gray"))


def test_a_network_of_features_stands_behind_hog() -> None:
    hog = Hog(orientations=4, pixels_per_cell=2, cells_per_block=1)
    spec = Preprocessing(height=6, width=5, hog=hog)
    keras.utils.set_random_seed(1)
    network = keras.Sequential([keras.Input((3 * 2 * 4,)), keras.layers.Dense(3, activation="softmax")])
    baked = KerasBaked(network, spec)
    outputs = baked(IMAGES, ("probabilities", "pixels"))
    features = normalize(NumpyOps(), np.stack([resize_image_in_numpy(image, spec) for image in IMAGES]), spec)
    assert np.abs(outputs["probabilities"] - network.predict(features, verbose=0)).max() < 1e-4
    assert outputs["pixels"].shape == (4, 6, 5, 1)
    with pytest.raises(UnsupportedModelError, match=r"received \(6, 5, 3\) for \(24,\)"):
        KerasBaked(_build_network(3, "softmax"), spec)


def test_ties_go_to_the_lowest_index() -> None:
    assert compute_top1(np.array([[0.2, 0.4, 0.4], [0.5, 0.5, 0.0]])).tolist() == [1, 0]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(b"nothing")
    with pytest.raises(UnsupportedModelError, match=r"model\.keras"):
        load_network(file)


@pytest.mark.parametrize(
    ("model", "received"),
    [
        (LogisticRegression, r"the class LogisticRegression, not made: model = LogisticRegression\(\)"),
        (LogisticRegression(), r"LogisticRegression\(\), not fitted"),
        (make_pipeline(StandardScaler(), SVC()), r"Pipeline\(\), not fitted"),
        (xgboost.XGBClassifier(), r"XGBClassifier\(\), not fitted"),
        (lightgbm.LGBMClassifier(), r"LGBMClassifier\(\), not fitted"),
        (catboost.CatBoostClassifier(), r"CatBoostClassifier\(\), not fitted"),
    ],
)
def test_a_model_that_is_not_fitted_is_refused(model: Any, received: str) -> None:
    with pytest.raises(UnsupportedModelError, match=rf"Expected a fitted model; received {received}\. Fit it first"):
        bake(model, Preprocessing(height=4, width=4))


def test_the_reference_of_a_bundle_gives_its_golden_answers(demo_bundle: Path) -> None:
    from webparity.bundle.manifest import decode_float32
    from webparity.decode.contract import decode_file

    bundle = open_bundle(demo_bundle)
    reference = open_reference(bundle)
    for golden in bundle.manifest.golden:
        image = decode_file(bundle.site / golden.file)
        probabilities = reference(image[np.newaxis])["probabilities"][0]
        assert np.abs(probabilities - decode_float32(golden.probabilities)).max() <= 1e-6
