"""Opening ONNX files that a bundle brings, in onnxruntime alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import BundleError
from webparity.reason import reason_of

# https://github.com/microsoft/onnxruntime: onnxruntime_session_options_config_keys.h
_EXTERNAL_FOLDER: Final = "session.model_external_initializers_file_folder_path"
_ERRORS_ONLY: Final = 3


def opened_onnx(file: Path) -> Any:
    """Open a model for the CPU from the bytes of its one file.

    ONNX lets tensors lie in other files by path. No digest covers these, so onnxruntime is told to look for them in an
    empty folder; leaving that folder it refuses by itself.

    Args:
        file: the model.

    Returns:
        An `onnxruntime.InferenceSession`.

    Raises:
        BundleError: onnxruntime cannot open it, or it keeps tensors in other files.
    """
    import onnxruntime  # noqa: PLC0415 - a tenth of a second that not every command needs

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    with TemporaryDirectory() as empty:
        options.add_session_config_entry(_EXTERNAL_FOLDER, empty)
        try:
            return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise BundleError(
                f"Expected an ONNX file, whole in itself, that onnxruntime opens; received {file.name}: "
                f"{reason_of(error)}. Export the bundle again."
            ) from error


def run_onnx(
    session: Any, outputs: Sequence[str], image_input: str, pixels: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    """Run an opened model on one image.

    Args:
        session: what `opened_onnx` gave.
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
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BundleError(
            f"Expected an ONNX file that runs on an image; received: {reason} Export the bundle again."
        ) from error
    return values
