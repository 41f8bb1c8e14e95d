"""timm's `config.json` or its `pretrained_cfg`, read as it is: the transform of `create_transform` for evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_formats.config_values import read_method, read_statistics
from webparity.preprocessing.spec import Preprocessing
from webparity.preprocessing.validation import format_value, require_integer, require_number


def is_timm(config: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a configuration of timm."""
    return "pretrained_cfg" in config or ("input_size" in config and "crop_pct" in config)


def read_timm(config: Mapping[str, Any]) -> Preprocessing:
    """Read a configuration to its pipeline: resize to size / crop_pct, center crop, scale, normalize.

    Raises:
        UsageError: a key that has no form here; the message names it.
    """
    own = config.get("pretrained_cfg", config)
    if not isinstance(own, Mapping):
        raise UsageError(f"Expected `pretrained_cfg` to be a table; received {format_value(own)}. Give timm's file.")
    size = own.get("test_input_size", own.get("input_size"))
    if not isinstance(size, (list, tuple)) or len(size) != 3:
        raise UsageError(
            f"Expected `input_size` of three numbers: channels, height, width; received {format_value(size)}. "
            "Give timm's file."
        )
    channels, height, width = (require_integer("input_size", each) for each in size)
    portion = require_number("crop_pct", own.get("test_crop_pct", own.get("crop_pct", 0.875)))
    mode = own.get("crop_mode", "center")
    if mode not in {"center", "squash"} or (mode == "center" and height != width) or not 0 < portion <= 1:
        raise UsageError(
            "Expected `crop_mode` of center (with a square `input_size`) or squash, and `crop_pct` up to 1; received "
            f"crop_mode={mode!r}, input_size={list(size)}, crop_pct={portion:g}. Write a preprocessing file of your "
            "own: --init-preprocessing."
        )
    larger = math.floor(height / portion), math.floor(width / portion)
    resized = {"shorter": larger[0]} if mode == "center" else {"height": larger[0], "width": larger[1]}
    method = read_method("interpolation", own.get("interpolation", "bilinear"))
    gray = [{"step": "color", "to": "gray"}] if channels == 1 else []
    steps: list[dict[str, Any]] = [
        *gray,
        {"step": "resize", "method": method, "like": "torchvision", **resized},
        {"step": "crop", "height": height, "width": width},
        {"step": "scale", "factor": 1 / 255},
        read_statistics(own, "mean", "std"),
    ]
    return Preprocessing(steps=steps)  # type: ignore[arg-type]  # tables become steps
