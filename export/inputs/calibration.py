"""Calibration images of an export, on which the quantization is chosen."""

from __future__ import annotations

from pathlib import Path

from webparity.errors import UsageError
from webparity.export.inputs.run import TrainedRun
from webparity.export.message_callback import MessageCallback
from webparity.export.quantization.calibration import CalibrationImages, ImageFiles
from webparity.export.quantization.plan import Precision


def read_calibration(
    calibration: Path | CalibrationImages | None, run: TrainedRun | None, precision: Precision, step: MessageCallback
) -> CalibrationImages | None:
    """Read the calibration images of an export.

    Args:
        calibration: a folder, or decoded images uint8 [H, W, 3]; by default, a run's validation images.
        run: what is exported, if it is a run.
        precision: how weights are to be stored.
        step: called with a few words before a run's images are read.

    Returns:
        The images; None where nothing is quantized, and where the golden set must stand in.

    Raises:
        UsageError: `auto` has nothing to choose on, `float32` nothing to choose, the folder holds no images, or the
            run's data are not those it was trained on.
        DatasetError: the run's data cannot be read.
    """
    if precision == "float32":
        if calibration is not None:
            raise UsageError(
                "Expected calibration images only with reduced weights; received them with the precision float32. "
                "Choose the precision auto, or leave them out."
            )
        return None
    if isinstance(calibration, Path):
        return ImageFiles(calibration)
    if calibration is not None:
        return calibration
    if run is not None:
        step("reading the run's validation images")
        return run.read_validation_images()
    if precision == "auto":
        raise UsageError(
            "Expected calibration images to choose weights on for the precision auto; received a model alone. "
            "Give images like those it will see, none of them a test image."
        )
    return None
