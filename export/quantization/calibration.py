"""Calibration images, on which quantized weights are chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from webparity.decode.batch import map_in_threads
from webparity.decode.contract import CONTRACT, DecodeContract, decode, read_image_bytes
from webparity.errors import UsageError
from webparity.export.inputs.golden import list_image_files
from webparity.models.baked import Baked

# Memory for their resized pixels; of more images, evenly spaced ones are taken.
_MOST_BYTES: Final = 256 * 1024 * 1024
_BATCH: Final = 256


class CalibrationImages(Protocol):
    """Decoded images by index, uint8 [H, W, 3] each: an array, a list, or files that are decoded on access."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> NDArray[np.uint8]: ...


class ImageFiles:
    """The image files below a folder.

    Args:
        folder: the folder.
        contract: how they are decoded.

    Attributes:
        folder: as given.
        contract: as given; the preprocessing's may be set later.

    Raises:
        UsageError: there are none.
    """

    def __init__(self, folder: Path, contract: DecodeContract = CONTRACT) -> None:
        self.folder = folder
        self.contract = contract
        self._files = list_image_files(folder, option="--calibration")

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int, /) -> NDArray[np.uint8]:
        """Decode one.

        Raises:
            DecodeError: the decode contract refuses it.
            UsageError: it cannot be read.
        """
        file = self._files[index]
        return decode(read_image_bytes(file, str(file)), file.name, self.contract)


def collect_pixels(baked: Baked, images: CalibrationImages) -> NDArray[np.float32]:
    """Compute the tap `pixels` of images, float32 [N, h, w, c], at most 256 MB of it.

    Raises:
        UsageError: there are none.
    """
    if not len(images):
        raise UsageError("Expected images to quantize weights on; received none. Give images like those it will see.")
    spec = baked.preprocessing
    most = max(1, _MOST_BYTES // (4 * spec.height * spec.width * spec.depth))
    every = -(-len(images) // most)
    if isinstance(images, np.ndarray):
        chosen = images[::every]
        batches = iter([chosen[start : start + _BATCH] for start in range(0, len(chosen), _BATCH)])
    else:
        indices = range(0, len(images), every)
        batches = (image[np.newaxis] for image in map_in_threads(images.__getitem__, indices))
    return np.concatenate([baked(batch, ("pixels",))["pixels"] for batch in batches])
