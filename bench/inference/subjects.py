"""Models that the benchmark runs: networks with random weights, and classifiers of digits, from fixed seeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.spec import Preprocessing

_DIGIT = Preprocessing(height=28, width=28, channels="gray")
_XRAY = Preprocessing(height=180, width=180, channels="gray")
_PHOTOGRAPH = Preprocessing(height=224, width=224, channels="rgb")


@dataclass(frozen=True)
class BenchmarkedModel:
    """A model and what its time has to reach.

    Attributes:
        name: of the model.
        make: builds or fits it.
        preprocessing: in front of it.
        bound: times the time of the fastest peer, or of `peer`.
        aim: what it should reach; None where the bound is all.
        peer: the only peer that counts; None where the fastest one does.
        quick: whether it is part of a quick run.
    """

    name: str
    make: Callable[[], Any]
    preprocessing: Preprocessing
    bound: float
    aim: float | None
    peer: str | None = None
    quick: bool = False

    @property
    def kind(self) -> Literal["network", "classifier"]:
        """Whether it is a network of Keras or a classifier of scikit-learn."""
        return "classifier" if self.peer else "network"

    @property
    def folder(self) -> str:
        """Name of the folder of its files."""
        return re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")

    def draw_pixels(self) -> NDArray[np.uint8]:
        """Draw one image of the model's own size, so that no runtime has to resize, uint8 [h, w, 3]."""
        spec = self.preprocessing
        pixels = np.random.default_rng(0).integers(0, 256, (spec.height, spec.width, 3), np.uint8)
        return np.repeat(pixels[..., :1], 3, axis=2) if spec.depth == 1 else pixels


def _seeded(build: Callable[[], Any]) -> Any:
    """Build a network with random weights; biases and moments too, since zeros and ones could be left out."""
    import keras

    keras.utils.set_random_seed(0)
    network = build()
    noise = np.random.default_rng(0)
    for weight in network.weights:
        values = weight.numpy()
        if np.ptp(values) == 0:
            weight.assign(values + noise.uniform(0, 0.1, values.shape))
    return network


def _make_digits_network() -> Any:
    from webparity.train.recipes.mnist_cnn import build

    return _seeded(build)


def _make_xray_network(name: str, filters: tuple[int, ...]) -> Callable[[], Any]:
    def make() -> Any:
        from webparity.train.recipes.xrays import build_convolutional

        return _seeded(lambda: build_convolutional(name, 2, filters=filters, kernels=(3, 3, 3)))

    return make


def _make_application(name: str) -> Callable[[], Any]:
    def make() -> Any:
        import keras

        return _seeded(lambda: getattr(keras.applications, name)(weights=None, input_shape=(224, 224, 3)))

    return make


def _fit(estimator: Any) -> Any:
    from webparity.train.datasets.mnist import load_mnist

    train = load_mnist("mnist-subset").train
    chosen = np.random.default_rng(0).permutation(len(train.images))[:1000]
    gray = np.stack([train.images[number][..., 0] for number in chosen])
    return estimator.fit(gray.reshape(len(gray), -1).astype(np.float32) / 255, train.labels[chosen])


def _fit_svm() -> Any:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    try:
        return _fit(SVC(probability=True, random_state=0))
    except TypeError:
        return _fit(CalibratedClassifierCV(SVC(random_state=0), ensemble=False))


def _fit_forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return _fit(RandomForestClassifier(100, random_state=0))


SUBJECTS = (
    BenchmarkedModel("mnist-cnn", _make_digits_network, _DIGIT, 0.6, 0.35, quick=True),
    BenchmarkedModel("chest-cnn", _make_xray_network("chest_cnn", (16, 32, 64)), _XRAY, 0.7, 0.4, quick=True),
    BenchmarkedModel("chest-cnn-wide", _make_xray_network("chest_cnn_wide", (64, 128, 256)), _XRAY, 0.7, 0.4),
    BenchmarkedModel("MobileNetV2", _make_application("MobileNetV2"), _PHOTOGRAPH, 1.0, 0.7, quick=True),
    BenchmarkedModel("EfficientNetB0", _make_application("EfficientNetB0"), _PHOTOGRAPH, 1.0, 0.7),
    BenchmarkedModel("ResNet50", _make_application("ResNet50"), _PHOTOGRAPH, 1.1, 0.8),
    BenchmarkedModel("SVC(probability=True), ten classes", _fit_svm, _DIGIT, 0.05, None, peer="tfjs", quick=True),
    BenchmarkedModel("random forest of 100 trees", _fit_forest, _DIGIT, 0.05, None, peer="tfjs", quick=True),
)
