from __future__ import annotations

from webparity.train.recipes.mnist_cnn import build


def test_mnist_cnn_has_the_reference_s_parameters() -> None:
    network = build()
    assert network.count_params() == 160_258
    assert network.input_shape == (None, 28, 28, 1)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == [
        "Conv2D",
        "MaxPooling2D",
        "Dropout",
        "Conv2D",
        "MaxPooling2D",
        "Dropout",
        "Flatten",
        "Dense",
        "Dropout",
        "Dense",
    ]
    assert [layer.rate for layer in network.layers if hasattr(layer, "rate")] == [0.2, 0.2, 0.5]
