"""A user's own preprocessed arrays, and the images that they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.decode.contract import DecodeContract, decode_file
from webparity.decode.image_folder import list_images
from webparity.errors import UsageError, make_file_error

# What the search looks at: more would not tell more.
_MOST: Final = 3
_CHANNELS: Final = (1, 3)


def read_expected(file: Path) -> tuple[NDArray[np.float64], int]:
    """Read the first arrays of numbers to float64 [N, height, width, 1 or 3], and count all.

    Raises:
        UsageError: the file is no .npy file of such arrays.
    """
    try:
        with np.errstate(all="ignore"):
            array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        # NumPy's own words for a file of another kind advise to load it as a pickle.
        reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ", which is none"
        raise make_file_error(
            f"Expected a .npy file of numbers, as numpy.save writes; received {file}{reason}. "
            "Save the batch that your model gets: numpy.save('arrays.npy', batch).",
            error,
        ) from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu" or not 2 <= array.ndim <= 4 or not array.size:
        received = f"{array.dtype} {list(array.shape)}" if isinstance(array, np.ndarray) else type(array).__name__
        raise UsageError(
            "Expected numbers [N, height, width, channels], [N, channels, height, width] or [N, height, width]; "
            f"received {received} in {file}. Save the batch that your model gets: numpy.save('arrays.npy', batch)."
        )
    array = _add_axes(array)
    if array.shape[3] not in _CHANNELS:
        raise UsageError(
            f"Expected 1 or 3 channels, first or last; received {list(array.shape)} in {file}. Save the batch that "
            "your model gets."
        )
    few = np.asarray(array[:_MOST], dtype=np.float64)
    if not np.isfinite(few).all():
        raise UsageError(f"Expected finite numbers; received NaN or infinity in {file}. Save the batch again.")
    return few, len(array)


def _add_axes(array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] in _CHANNELS):
        array = array[np.newaxis]
    if array.ndim == 3:
        array = array[..., np.newaxis]
    return np.moveaxis(array, 1, 3) if array.shape[3] not in _CHANNELS and array.shape[1] in _CHANNELS else array


def read_images(folder: Path, count: int, arrays: int, contract: DecodeContract) -> list[NDArray[np.uint8]]:
    """Decode the first images of a folder, by name.

    Args:
        folder: with the images.
        count: how many to decode.
        arrays: how many arrays there are, in the order of the files' names.
        contract: how they are decoded.

    Raises:
        UsageError: there are fewer images than arrays.
    """
    files = list_images(folder).images
    if len(files) < arrays:
        raise UsageError(
            f"Expected an image for each array; received {len(files)} images in {folder} and {arrays} arrays. "
            "Give the images that the arrays were made of."
        )
    return [decode_file(file, contract) for file in files[:count]]
