"""Shared parts of the chest X-ray networks: data, convolutional network and augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.chest import load_chest
from webparity.train.datasets.dataset import Dataset
from webparity.train.progress import CountCallback
from webparity.train.recipes.recipe import Choices

SIDE: Final = 180
PREPROCESSING: Final = Preprocessing(height=SIDE, width=SIDE, channels="gray")


def load(data: str, choices: Choices, progress: CountCallback | None = None) -> Dataset:
    """Read the X-rays that a `--data` value names, with two classes or three."""
    return load_chest(data, int(choices["classes"]), progress=progress)


def build_convolutional(
    name: str,
    classes: int,
    *,
    filters: Sequence[int],
    kernels: Sequence[int],
    units: Sequence[int] = (128,),
    dropout: float = 0.0,
) -> Any:
    """Convolutions without padding, each with ReLU and 2x2 pooling, then dense layers.

    Args:
        name: of the network.
        classes: 1 gives a sigmoid, more a softmax.
        filters: of each convolution.
        kernels: side of each convolution's kernel, in pixels.
        units: of each hidden dense layer.
        dropout: share dropped before each hidden dense layer; none at 0.

    Returns:
        The untrained network, float32 [N, 180, 180, 1] to probabilities [N, classes].
    """
    import keras
    from keras import layers

    network: list[Any] = [keras.Input((SIDE, SIDE, 1), name="values")]
    for number, (count, kernel) in enumerate(zip(filters, kernels, strict=True), 1):
        network += [
            layers.Conv2D(count, kernel, activation="relu", name=f"conv{number}"),
            layers.MaxPooling2D(2, name=f"pool{number}"),
        ]
    network.append(layers.Flatten(name="flatten"))
    for number, count in enumerate(units, 1):
        if dropout:
            network.append(layers.Dropout(dropout, name=f"dropout{number}"))
        network.append(layers.Dense(count, activation="relu", name=f"dense{number}"))
    last = "sigmoid" if classes == 1 else "softmax"
    return keras.Sequential([*network, layers.Dense(classes, activation=last, name="answer")], name=name)


# How patients and machines vary: turned to 10 degrees, zoomed to 15 %, moved to 8 % of the side, mirrored.
_TURN: Final = 10.0
_ZOOM: Final = 0.15
_MOVE: Final = 0.08


def build_augmentation(seed: int) -> Any:
    """Augmentation layer; pixels from outside the image are black."""
    import keras
    from keras import layers

    fill: dict[str, Any] = {"fill_mode": "constant", "fill_value": 0.0, "seed": seed}
    return keras.Sequential(
        [
            layers.RandomFlip("horizontal", seed=seed),
            layers.RandomRotation(_TURN / 360, **fill),
            layers.RandomZoom(_ZOOM, _ZOOM, **fill),
            layers.RandomTranslation(_MOVE, _MOVE, **fill),
        ],
        name="augment",
    )


def vary(values: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Augment validation images without TensorFlow, float32 [N, h, w, 1] to the same shape."""
    from scipy.ndimage import affine_transform

    random = np.random.default_rng(seed)
    varied = np.empty_like(values)
    centre = (np.array(values.shape[1:3]) - 1) / 2
    for source, target in zip(values[..., 0], varied[..., 0], strict=True):
        angle = np.deg2rad(random.uniform(-_TURN, _TURN))
        cos, sin = np.cos(angle), np.sin(angle)
        matrix = np.array([[cos, -sin], [sin, cos]]) / (1 + random.uniform(-_ZOOM, _ZOOM))
        moved = random.uniform(-_MOVE, _MOVE, 2) * values.shape[1:3]
        mirrored = source[:, ::-1] if random.random() < 0.5 else source
        affine_transform(mirrored, matrix, centre - matrix @ centre + moved, output=target, order=1)
    return varied
