"""Search for the first layer of a network whose output differs in an artifact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.export.targets.target import Target
from webparity.models.baked import Baked

if TYPE_CHECKING:
    from webparity.models.keras.baked import KerasBaked

# Relative to a layer's range: above the rounding of reordered sums, below nearly every real fault.
_LAYER_TOLERANCE: Final = 1e-4


def find_first_diverging_layer(
    baked: Baked, target: Target, folder: Path, artifact: Artifact, images: NDArray[np.uint8]
) -> str | None:
    """Find the first layer of a network from which on no output is found among the artifact's tensors.

    A layer that was fused with the next has no tensor of its own, so a single missing output means nothing.

    Args:
        baked: the trained model.
        target: what wrote the artifact.
        folder: the site's folder.
        artifact: what was written there.
        images: uint8 [1, H, W, 3], one to which the answers differ.

    Returns:
        The layer's name; None for models other than networks, for targets whose tensors cannot be read, and where
        every output is found.
    """
    if baked.kind != "keras" or target.tensors is None:
        return None
    received = [np.sort(values, axis=None) for values in target.tensors(folder, artifact, images)]
    diverging = None
    for name, values in _run_layers(cast("KerasBaked", baked), images):
        wanted = np.sort(values, axis=None)
        limit = _LAYER_TOLERANCE * max(float(np.ptp(wanted)), float(np.finfo(np.float32).eps))
        # Sorted, since ONNX has the channels before the pixels.
        found = any(
            values.size == wanted.size and float(np.max(np.abs(values - wanted), initial=0.0)) <= limit
            for values in received
        )
        diverging = None if found else diverging or name
    return diverging


def _run_layers(baked: KerasBaked, images: NDArray[np.uint8]) -> list[tuple[str, NDArray[np.float32]]]:
    """Run a network and return the output of each layer with the layer's name, in the order of computation."""
    import keras

    network = baked.inference_model.network
    layers = [
        layer
        for layer in network.operations
        if isinstance(layer.output, keras.KerasTensor) and not isinstance(layer, keras.layers.InputLayer)
    ]
    whole = keras.Model(network.inputs[0], [layer.output for layer in layers])
    outputs = whole(baked.preprocess_values(images), training=False)
    return [(layer.name, np.asarray(values)) for layer, values in zip(layers, outputs, strict=True)]
