"""Checks of the arguments of `export_model`, before any work."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final, get_args

import numpy as np

from webparity.errors import UsageError
from webparity.export.quantization.plan import Precision
from webparity.preprocessing.spec import Preprocessing
from webparity.preprocessing.validation import format_value, require_choice, require_integer, require_number

_LAYOUTS: Final = ("nchw", "nhwc")


def check_arguments(
    *,
    preprocessing: object,
    labels: object,
    golden: object,
    calibration: object,
    targets: object,
    precision: object,
    max_flips: object,
    max_difference: object,
    layout: object,
    name: object,
) -> None:
    """Check types and ranges; what the arguments mean is checked where they are used.

    Args:
        preprocessing: as of `export_model`, as are all others.
        labels: as above.
        golden: as above.
        calibration: as above.
        targets: as above.
        precision: as above.
        max_flips: as above.
        max_difference: as above.
        layout: as above.
        name: as above.

    Raises:
        UsageError: the message names the argument and what it may be.
    """
    if (
        preprocessing is not None
        and not isinstance(preprocessing, Preprocessing | Mapping)
        and not _is_path(preprocessing)
    ):
        _refuse("preprocessing", "a Preprocessing, a preset's name, a file or a dictionary", preprocessing)
    if labels is not None and not _is_path(labels) and not _is_filled(labels):
        _refuse("labels", "a list of names, a dictionary or a file", labels)
    for option, images in (("golden", golden), ("calibration", calibration)):
        if images is not None and isinstance(images, bool | int | float | bytes):
            _refuse(option, "a folder, or a list of images", images)
    if (
        isinstance(targets, str)
        or not isinstance(targets, Sequence)
        or not all(isinstance(each, str) for each in targets)
    ):
        _refuse("targets", "a list of names", targets)
    require_choice("precision", precision, get_args(Precision))
    if require_integer("max_flips", max_flips) < 0:
        _refuse("max_flips", "0 or more", max_flips)
    if not 0 < require_number("max_difference", max_difference) <= 1:
        _refuse("max_difference", "above 0 and at most 1", max_difference)
    if layout is not None:
        require_choice("layout", layout, _LAYOUTS)
    if name is not None and (not isinstance(name, str) or not name):
        _refuse("name", "a text", name)


def _is_path(value: object) -> bool:
    return isinstance(value, os.PathLike) or (isinstance(value, str) and bool(value))


def _is_filled(value: object) -> bool:
    """Whether it is a list, an array or a dictionary, and not empty."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence | Mapping | np.ndarray):
        return False
    return len(value) > 0


def _refuse(name: str, rule: str, received: object) -> None:
    raise UsageError(f"Expected `{name}` to be {rule}; received {format_value(received)}. Correct it.")
