"""Preprocessing as a Python program gives it: a value, a preset's name, a file, or a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_file import convert_values, read_preprocessing
from webparity.export.inputs.preprocessing_formats.json_config import convert_config, is_config
from webparity.models.model_kind import get_model_kind
from webparity.preprocessing.preset import Preset
from webparity.preprocessing.spec import Preprocessing


def read_given_preprocessing(given: Any, size: tuple[int, int] | None = None) -> Preprocessing | None:
    """Read what a user gave as preprocessing.

    Args:
        given: a `Preprocessing`; a preset or its name; a TOML file or a configuration of Hugging Face or timm, as a
            file or as a dictionary; a dictionary of the keys of a TOML file; or None.
        size: height and width of the model's input, where they are known, which a preset follows.

    Raises:
        UsageError: it is something else, or cannot be read.
    """
    if given is None or isinstance(given, Preprocessing):
        return given
    if isinstance(given, (str, Path)):
        return read_preprocessing(Path(given), size)
    if isinstance(given, Preset):
        return given.make(size)
    if isinstance(given, Mapping):
        return convert_config(given) if is_config(given) else convert_values(given, "the dictionary of preprocessing")
    raise UsageError(
        "Expected preprocessing as a Preprocessing, a preset's name, a file or a dictionary; received a "
        f"{type(given).__name__}. Give one of these."
    )


def find_input_size(model: Any) -> tuple[int, int] | None:
    """Find height and width that a network's input fixes; None of other models, and where they are free."""
    kind = get_model_kind(model)
    dims: tuple[Any, ...] = ()
    if kind == "keras":
        inputs = getattr(model, "inputs", None) or []
        dims = tuple(inputs[0].shape)[1:] if len(inputs) == 1 else ()
    elif kind == "onnx":
        from webparity.model_safety.onnx.shapes import list_inputs, read_shape

        found = list_inputs(model.model.graph)
        dims = tuple(read_shape(found[0]))[1:] if len(found) == 1 else ()
    if len(dims) == 3:
        dims = dims[:2] if dims[2] in {1, 3} else dims[1:]
    if len(dims) != 2 or not all(isinstance(n, int) and n > 0 for n in dims):
        return None
    return int(dims[0]), int(dims[1])
