"""Configurations in JSON: which library's a file is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from webparity.errors import UsageError, make_file_error
from webparity.export.inputs.preprocessing_formats.hugging_face import is_hugging_face, read_hugging_face
from webparity.export.inputs.preprocessing_formats.timm import is_timm, read_timm
from webparity.model_safety.text_file import read_short_text
from webparity.preprocessing.spec import Preprocessing

# timm's files with 1,000 names of labels beside the configuration.
_MAX_BYTES: Final = 2**18


def read_json_config(file: Path) -> Preprocessing:
    """Read `preprocessor_config.json` of Hugging Face, or `config.json` of timm.

    Raises:
        UsageError: it is neither, or has no form here.
    """
    try:
        config = json.loads(read_short_text(file, _MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise make_file_error(f"Expected a JSON file in UTF-8; received {file}: {error}.", error) from error
    if not isinstance(config, dict) or not is_config(config):
        raise UsageError(
            "Expected Hugging Face's preprocessor_config.json, or timm's config.json with `pretrained_cfg`; received "
            f"{file}, which is neither. Write a preprocessing file: --init-preprocessing."
        )
    try:
        return convert_config(config)
    except UsageError as error:
        raise UsageError(f"{error} (Read from {file}.)") from error


def is_config(config: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a configuration of one of these libraries."""
    return is_timm(config) or is_hugging_face(config)


def convert_config(config: Mapping[str, Any]) -> Preprocessing:
    """Convert such a configuration.

    Raises:
        UsageError: a key that has no form here.
    """
    return read_timm(config) if is_timm(config) else read_hugging_face(config)
