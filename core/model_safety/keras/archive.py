"""Checks of `.keras` files: an archive of a config and weights."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Final

from webparity.errors import UnsupportedModelError
from webparity.model_safety.archive import open_archive, open_model_file, read_member
from webparity.model_safety.keras.config import refuse_foreign_parts
from webparity.model_safety.keras.versions import describe_file
from webparity.model_safety.keras.weights import count_weights

_MEMBERS: Final = re.compile(r"metadata\.json|config\.json|model\.weights\.h5")


def inspect_keras(file: Path) -> int:
    """Check a `.keras` file.

    Returns:
        How many weights it holds.

    Raises:
        UnsupportedModelError: see `model_safety.archive`, `config` and `weights`.
    """
    with open_model_file(file) as stream, open_archive(stream, file.name, _MEMBERS) as archive:
        refuse_foreign_parts(read_member(archive, "config.json", file.name), describe_file(file))
        return count_weights(read_member(archive, "model.weights.h5", file.name), file.name)


def explain_unreadable(content: bytes) -> str:
    """Explain why a `.keras` file that was just written cannot be read back: it has parts that are not Keras's own."""
    try:
        with open_archive(BytesIO(content), "the network", _MEMBERS) as archive:
            refuse_foreign_parts(read_member(archive, "config.json", "the network"), "the network")
    except UnsupportedModelError as error:
        return str(error)
    return ""
