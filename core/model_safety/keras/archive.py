"""`.keras` files: an archive of a config and weights."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Final

from webparity.errors import UnsupportedModelError
from webparity.model_safety.archive import member_bytes, opened_archive, opened_file
from webparity.model_safety.keras.config import refuse_foreign_parts
from webparity.model_safety.keras.versions import with_writer
from webparity.model_safety.keras.weights import weights_in

_MEMBERS: Final = re.compile(r"metadata\.json|config\.json|model\.weights\.h5")


def inspect_keras(file: Path) -> int:
    """Check a `.keras` file.

    Returns:
        How many weights it holds.

    Raises:
        UnsupportedModelError: see `archive`, `keras_config` and `weights`.
    """
    with opened_file(file) as stream, opened_archive(stream, file.name, _MEMBERS) as archive:
        refuse_foreign_parts(member_bytes(archive, "config.json", file.name), with_writer(file))
        return weights_in(member_bytes(archive, "model.weights.h5", file.name), file.name)


def why_unreadable(content: bytes) -> str:
    """Why a `.keras` file that Keras has just written is not read back, if it holds what is not Keras's own."""
    try:
        with opened_archive(BytesIO(content), "the network", _MEMBERS) as archive:
            refuse_foreign_parts(member_bytes(archive, "config.json", "the network"), "the network")
    except UnsupportedModelError as error:
        return str(error)
    return ""
