"""Safe opening and running of a bundle's ONNX files with onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import BundleError
from webparity.model_safety.onnx_loops import find_loop
from webparity.storage.regular_file import read_regular
from webparity.text.library_error import summarize_library_error

INSTALL_COMMAND: Final = "pip install 'webparity[onnxruntime]'"
# https://github.com/microsoft/onnxruntime: onnxruntime_session_options_config_keys.h
_EXTERNAL_FOLDER: Final = "session.model_external_initializers_file_folder_path"
_ERRORS_ONLY: Final = 3


def open_onnx(file: Path) -> Any:
    """Open a model for the CPU from the bytes of a single file.

    ONNX files may refer to tensors in other files, which no digest covers. onnxruntime is therefore told to search for
    them in an empty folder; it refuses paths outside that folder.

    Args:
        file: the model.

    Returns:
        An `onnxruntime.InferenceSession`.

    Raises:
        BundleError: onnxruntime cannot open it, it keeps tensors in other files, or it holds a loop.
    """
    import onnxruntime

    data = _read_without_loops(file)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    with TemporaryDirectory() as empty:
        options.add_session_config_entry(_EXTERNAL_FOLDER, empty)
        try:
            return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise BundleError(
                f"Expected an ONNX file, whole in itself, that onnxruntime opens; received {file.name}: "
                f"{summarize_library_error(error)}. Export the bundle again."
            ) from error


def _read_without_loops(file: Path) -> bytes:
    """Read a file's bytes and refuse loops."""
    try:
        data = read_regular(file)
        loop = find_loop(memoryview(data))
    except (OSError, ValueError) as error:
        raise BundleError(
            f"Expected an ONNX file, whole in itself, that onnxruntime opens; received {file.name}: {error}. "
            "Export the bundle again."
        ) from error
    if loop is not None:
        raise BundleError(
            f"Expected an ONNX file without loops, as webparity writes it; received {file.name} with {loop}. "
            "Export the bundle again from its model, or do not use it."
        )
    return data


def run_onnx(
    session: Any, outputs: Sequence[str], image_input: str, pixels: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    """Run an opened model on one image.

    Args:
        session: what `open_onnx` gave.
        outputs: names of the tensors wanted.
        image_input: name of the input.
        pixels: uint8 [H, W, 3].

    Returns:
        The tensors in that order, of whatever shapes the model gives them.

    Raises:
        BundleError: onnxruntime cannot run it, or lacks a tensor of that name.
    """
    try:
        values: list[NDArray[np.float32]] = session.run(list(outputs), {image_input: pixels[np.newaxis]})
    except Exception as error:  # onnxruntime's own exceptions share no public base
        raise BundleError(
            f"Expected an ONNX file that runs on an image; received: {summarize_library_error(error)}. "
            "Export the bundle again."
        ) from error
    return values
