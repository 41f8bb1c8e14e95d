"""Deterministic `.keras` files, whose bytes depend on the model alone."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from webparity.models import refusals
from webparity.storage.deterministic_zip import write_deterministic_zip
from webparity.text.library_error import summarize_library_error

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# Keras writes memory addresses as the ids of shared objects; only their equality has meaning.
_SHARED: Final = re.compile(rb'("shared_object_id": )(\d+)')


def serialize_network(model: Any) -> bytes:
    """Save a Sequential or Functional Keras model without its optimizer, with dates and addresses fixed.

    Args:
        model: the model; it is not changed.

    Returns:
        A `.keras` archive.

    Raises:
        UnsupportedModelError: a custom layer cannot be saved.
    """
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras warns of Lambda layers; `model_safety` refuses such a file, and the bundle records that.
        warnings.filterwarnings("ignore", "The object being serialized includes a `lambda`", UserWarning)
        file = Path(folder) / "model.keras"
        try:
            _strip_training_state(model).save(file)
        except Exception as error:  # a custom layer may raise any error
            raise refusals.FOREIGN_PART(
                f"{model.name}, which Keras cannot save: {summarize_library_error(error)}"
            ) from error
        return _normalize_archive(file.read_bytes())


def _strip_training_state(model: Any) -> Any:
    """Copy the network without loss and optimizer, whose state Keras would always write."""
    # Lambda layers and layers of a user's own may raise any error.
    with suppress(Exception):
        bare = type(model).from_config(model.get_config())
        bare.set_weights(model.get_weights())
        return bare
    import keras

    return keras.Model(model.inputs, model.outputs, name=model.name)


def _normalize_archive(archive: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(archive)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    metadata = json.loads(members["metadata.json"]) | {"date_saved": "1980-01-01@00:00:00"}
    members["metadata.json"] = json.dumps(metadata, sort_keys=True).encode()
    members["config.json"] = _renumber_shared_objects(members["config.json"])
    return write_deterministic_zip(members)


def _renumber_shared_objects(config: bytes) -> bytes:
    order = {number: str(i).encode() for i, number in enumerate(dict.fromkeys(n for _, n in _SHARED.findall(config)))}
    return _SHARED.sub(lambda match: match[1] + order[match[2]], config)
