"""The callable contract: uint8 images in, probabilities (and taps) out, whatever trained the model."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Tap
from webparity.bundle.read import Bundle, read_source
from webparity.errors import BundleError, RuntimeUnavailable


class Baked(Protocol):
    """A model with its preprocessing inside."""

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run the model.

        Args:
            images: uint8 [N, H, W, 3], decoded pixels of any size.
            taps: what to return.

        Returns:
            float32 arrays: `probabilities` and `scores` [N, C]; `pixels` [N, h, w, c] in grey levels.
        """
        ...


def top1(probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """The label of each row of [N, C]: the argmax, the lowest index on ties."""
    labels: NDArray[np.int64] = np.argmax(probabilities, axis=-1)
    return labels


def open_reference(bundle: Bundle) -> Baked:
    """Load the trained model kept in `source/`, the reference for any image.

    Raises:
        BundleError: the bundle has no `source/`, or one of another kind.
        RuntimeUnavailable: the library that trained the model is not installed.
    """
    source = read_source(bundle)
    if source.kind != "keras":
        raise BundleError(f"Expected a source of kind keras; received {source.kind!r}. Export the model again.")
    if find_spec("tensorflow") is None:
        raise RuntimeUnavailable(
            "The reference model needs TensorFlow; received an environment without it. "
            "Install it with: pip install 'webparity[train]'."
        )
    from webparity.baked_keras import KerasBaked, load_network  # noqa: PLC0415 - TensorFlow takes seconds to import

    assert bundle.source is not None  # noqa: S101 - read_source has refused a missing one
    return KerasBaked(load_network(bundle.source / source.model), bundle.manifest.preprocessing)
