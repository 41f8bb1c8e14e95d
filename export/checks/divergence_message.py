"""What is said of an artifact that is not the model: the layer, both values, and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact, Tap
from webparity.errors import ExportError

_OTHERS: Final = {"onnx": "tfjs-graph", "tfjs-graph": "onnx", "tfjs-layers": "tfjs-graph"}


@dataclass(frozen=True, kw_only=False)
class Parted:
    """Answers that left their limit.

    Attributes:
        limit: the largest difference that is allowed.
        expected: the trained model's values, float32 [N, ...].
        received: the artifact's, of the same shape.
        layer: the first layer whose output is not what it was, or None.
    """

    limit: float
    expected: NDArray[Any]
    received: NDArray[Any]
    layer: str | None


def parted(artifact: Artifact, tap: Tap, what: Parted, *, is_network: bool) -> ExportError:
    """The error for an artifact that left tolerance.

    Args:
        artifact: it.
        tap: the first that parted.
        what: by how much, and where.
        is_network: whether the model has layers to be replaced.
    """
    differences = np.abs(what.expected.astype(np.float64) - what.received)
    # NaN is the worst of all, and argmax finds it.
    worst = np.unravel_index(int(np.argmax(differences)), differences.shape)
    place = f", first in the output of {what.layer}" if what.layer else ""
    return ExportError(
        f"Expected {artifact.id} to stay within {what.limit:.1e} of the trained model; received {tap} off by "
        f"{differences[worst]:.1e} ({what.received[worst]:.9g} for {what.expected[worst]:.9g}){place}. "
        f"{way_out(artifact, what.layer, is_network=is_network)}"
    )


def way_out(artifact: Artifact, layer: str | None, *, is_network: bool) -> str:
    """What can be done with a model whose artifact is not the same, in sentences."""
    ways = [f"export without it: --target {_OTHERS.get(artifact.target, 'onnx')} is held to the same check"]
    if artifact.precision != "float32":
        ways.append("give --precision float32")
    if is_network:
        ways.append(
            f"build the network with other layers in the place of {layer}, and copy the weights of the rest"
            if layer
            else "build the network of other layers, and copy the weights of those that stay"
        )
    else:
        # What differs is mostly numbers that hardly differ among themselves, as behind a kernel that saturates.
        ways.append(
            "train the classifier behind StandardScaler, which keeps its numbers where float32 tells them apart"
        )
    return f"This artifact was not kept. Either {', or '.join(ways)}."
