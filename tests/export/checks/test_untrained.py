"""Untrained and hardly trained networks, whose scores hardly differ or are sums of large values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from keras import layers

from webparity.bundle.read import open_bundle
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError
from webparity.export.checks.artifact import ArtifactCheck
from webparity.export.checks.reference_answers import ReferenceAnswers, make_random_batches
from webparity.export.checks.score_resolution import measure_resolution
from webparity.export.inputs.load import load_user_model
from webparity.export.pipeline import write_bundle
from webparity.export.target_selection import discover_targets
from webparity.models.keras.baked import KerasBaked
from webparity.parity import verify
from webparity.preprocessing.spec import Preprocessing
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import TOLERANCES, Resolution, compute_resolution

SHAPE: Final = (24, 20, 3)
SPEC: Final = Preprocessing(height=24, width=20, channels="rgb", scale=1.0)


def _build_convolutions(
    *, unscaled: bool, norm: bool = False, act: str = "relu", init: Any = "glorot_uniform", last: Any = "glorot_uniform"
) -> Sequence[Any]:
    def build_block(filters: int) -> list[Any]:
        return [
            layers.Conv2D(filters, 3, padding="same", kernel_initializer=init),
            *([layers.BatchNormalization()] if norm else []),
            layers.Activation(act),
            layers.MaxPooling2D(),
        ]

    return [
        *([] if unscaled else [layers.Rescaling(1 / 255)]),
        *build_block(8),
        *build_block(16),
        layers.Flatten(),
        layers.Dense(32, activation=act, kernel_initializer=init),
        layers.Dense(4, activation="softmax", kernel_initializer=last),
    ]


def _build_pooled(scale: float, head: Any) -> Sequence[Any]:
    return [layers.Rescaling(scale), layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), head]


def _build_small(application: Callable[..., Any]) -> Any:
    return application(input_shape=(32, 32, 3), weights=None, classes=3, alpha=0.35)


# The constructors are called in the test, after the seed is set.
NETWORKS: Final[dict[str, Callable[[], Any]]] = {
    "unscaled": lambda: _build_convolutions(unscaled=True),
    "unscaled, he": lambda: _build_convolutions(unscaled=True, init="he_normal"),
    "unscaled, BatchNorm": lambda: _build_convolutions(unscaled=True, norm=True),
    "scaled, tanh": lambda: _build_convolutions(unscaled=False, act="tanh"),
    "last layer of zeros": lambda: _build_convolutions(unscaled=False, last="zeros"),
    "last layer of 1e-7": lambda: _build_convolutions(unscaled=True, last=keras.initializers.RandomNormal(0, 1e-7)),
    "softmax regression, unscaled": lambda: [layers.Flatten(), layers.Dense(10, activation="softmax")],
    "dense, unscaled": lambda: [
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ],
    "one sigmoid over means": lambda: _build_pooled(1 / 255, layers.Dense(1, activation="sigmoid")),
    "softmax over means, tiny inputs": lambda: _build_pooled(1e-6, layers.Dense(5, activation="softmax")),
    "softmax over means, unscaled": lambda: _build_pooled(1.0, layers.Dense(5, activation="softmax")),
    "layer normalisation": lambda: [
        layers.Conv2D(8, 3),
        layers.LayerNormalization(),
        layers.Flatten(),
        layers.Dense(4, activation="softmax"),
    ],
    "MobileNetV2": lambda: _build_small(keras.applications.MobileNetV2),
}


def _build_network(name: str, seed: int = 0) -> Any:
    keras.utils.set_random_seed(seed)
    made = NETWORKS[name]()
    return made if isinstance(made, keras.Model) else keras.Sequential([keras.Input(SHAPE), *made])


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_an_untrained_network_is_exported_and_verified(tmp_path: Path, name: str) -> None:
    _build_network(name).save(tmp_path / "model.keras")
    write_bundle(
        load_user_model(tmp_path / "model.keras", preprocessing=None, labels=None, golden=None),
        tmp_path / "bundle",
        page=False,
    )
    verify(tmp_path / "bundle", runtimes=["onnxruntime"]).raise_for_verdict()
    manifest = open_bundle(tmp_path / "bundle").manifest
    assert manifest.score_scale is not None
    assert manifest.score_rounding <= TOLERANCES["cpu"].scores * manifest.score_scale * (1 + 1e-9)


def _ask_reference(baked: KerasBaked) -> tuple[ReferenceAnswers, Resolution]:
    """Golden images that are flat patterns and noise, and what was measured on them."""
    golden = [np.kron(images[:1, :5, :5], np.ones((1, 5, 4, 1), np.uint8)) for images in make_random_batches()[2:3]]
    reference = ReferenceAnswers(baked, [*golden, *make_random_batches()[:4]])
    return reference, measure_resolution(baked, reference.answers[:1], reference.answers[1:])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in {"MobileNetV2", "last layer of zeros"}])
def test_weights_off_by_a_thousandth_in_an_untrained_network_are_still_seen(tmp_path: Path, name: str) -> None:
    other = _build_network(name)
    kernel = next(weight for weight in reversed(other.weights) if len(weight.shape) > 1)
    moved = np.array(kernel)
    # Of one output, since a single unit may be silent on every image.
    moved[..., 0] *= 1.001
    kernel.assign(moved)
    kind = discover_targets()["onnx"]
    artifact = kind.write(KerasBaked(other, SPEC), list("abcdefghij"), SiteWriter(tmp_path), None)
    baked = KerasBaked(_build_network(name), SPEC)
    reference, resolution = _ask_reference(baked)
    with pytest.raises(ExportError, match="received scores off by"):
        ArtifactCheck(baked, reference, resolution)(kind, tmp_path, artifact)


def test_a_network_with_distinct_scores_has_the_tolerances_of_the_table() -> None:
    """Between the floor and the table, the larger one is the limit: an ordinary network has no floor to speak of."""
    baked = KerasBaked(_build_network("scaled, tanh"), SPEC)
    reference, resolution = _ask_reference(baked)
    scores, probabilities = (reference.answers[0][tap] for tap in ("scores", "probabilities"))
    assert resolution.scale == compute_score_span(scores, probabilities)
    assert 0 < resolution.rounding < TOLERANCES["cpu"].scores * resolution.scale


def test_the_rounding_bounds_what_float64_shows() -> None:
    """The truth of it: the same network in float64, on the same values."""
    network = _build_network("one sigmoid over means")
    baked = KerasBaked(network, SPEC)
    reference, resolution = _ask_reference(baked)
    pixels = reference.answers[0]["pixels"]
    convolution, dense = network.layers[1], network.layers[3]
    windows = np.lib.stride_tricks.sliding_window_view(pixels.astype(np.float64) / 255, (3, 3), axis=(1, 2))
    kernel = np.array(convolution.kernel).astype(np.float64)
    features = np.einsum("nxyckl,klcf->nxyf", windows, kernel).mean(axis=(1, 2)) + np.array(convolution.bias)
    exact = features @ np.array(dense.kernel).astype(np.float64) + np.array(dense.bias)
    off = np.max(np.abs(reference.answers[0]["scores"][:, 1:] - exact))
    assert 0 < off <= resolution.rounding


def test_the_scale_never_asks_more_than_the_rounding_and_is_bounded() -> None:
    scores, shares = np.array([[0.0, 1.0]]), np.array([[0.3, 0.7]])
    assert compute_resolution(scores, shares, 0.0) == Resolution(scale=1.0, rounding=0.0)
    assert compute_resolution(scores, shares, 1e-5) == Resolution(scale=pytest.approx(2.0), rounding=1e-5)
    assert compute_resolution(scores, shares, 1e9) == Resolution(scale=1000.0, rounding=pytest.approx(5e-3))
