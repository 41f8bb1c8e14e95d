"""`mnist-cnn`: two convolutions with dropout, 160,258 parameters."""

from __future__ import annotations

from typing import Any

from webparity.preprocessing.spec import Preprocessing
from webparity.train.datasets.mnist import load_mnist
from webparity.train.recipes.recipe import Recipe


def build() -> Any:
    """The network, float32 [N, 28, 28, 1] to probabilities [N, 10]; layers are named, so exports never vary."""
    import keras  # noqa: PLC0415 - TensorFlow takes seconds to import
    from keras import layers  # noqa: PLC0415 - as above

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="values"),
            layers.Conv2D(8, 3, padding="same", activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Dropout(0.2, name="dropout1"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Dropout(0.2, name="dropout2"),
            layers.Flatten(name="flatten"),
            layers.Dense(200, activation="relu", name="dense1"),
            layers.Dropout(0.5, name="dropout3"),
            layers.Dense(10, activation="softmax", name="dense2"),
        ],
        name="mnist_cnn",
    )


def augment(seed: int) -> Any:
    """Small turns, zooms and shifts, as hands vary: up to 7 degrees, 7 % and 1.4 pixels."""
    import keras  # noqa: PLC0415 - TensorFlow takes seconds to import
    from keras import layers  # noqa: PLC0415 - as above

    fill: dict[str, Any] = {"fill_mode": "constant", "fill_value": 0.0, "seed": seed}
    return keras.Sequential(
        [
            layers.RandomRotation(0.02, **fill),
            layers.RandomZoom(0.07, 0.07, **fill),
            layers.RandomTranslation(0.05, 0.05, **fill),
        ],
        name="augment",
    )


RECIPE = Recipe(
    name="mnist-cnn",
    summary="handwritten digits, 28x28 gray, two convolutions with dropout (160,258 parameters)",
    preprocessing=Preprocessing(height=28, width=28, channels="gray"),
    load=load_mnist,
    data="mnist",
    build=build,
    augment=augment,
    epochs=100,
    max_steps=10_200,
    batch_size=128,
    learning_rate=2e-3,
    patience=30,
    draw="digit",
)
