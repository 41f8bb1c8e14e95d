"""The loss that a network was compiled with, in memory or in its file; it tells what the network's numbers are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import keras

from webparity.outputs.request import Loss

_ARCHIVE = ".keras"
_MEMBER = "config.json"


def find_loss(network: Any) -> Loss | None:
    """Find the loss of a compiled network; None where it is not compiled, or has a loss of the user's own.

    Args:
        network: a Keras model.
    """
    given = getattr(network, "loss", None)
    flat = keras.tree.flatten(given) if given is not None else []
    return _describe(flat[0]) if len(flat) == 1 else None


def read_loss(file: Path) -> Loss | None:
    """Read the loss from a model file without building it.

    Args:
        file: `.keras`, or HDF5; inspected before.

    Returns:
        None where the file has none that is Keras's own.
    """
    try:
        config = _read_archive(file) if file.suffix.lower() == _ARCHIVE else _read_hdf5(file)
        given = config.get("loss") if isinstance(config, dict) else None
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
    return _describe_config(given)


def _read_archive(file: Path) -> Any:
    with ZipFile(file) as archive:
        return json.loads(archive.read(_MEMBER)).get("compile_config")


def _read_hdf5(file: Path) -> Any:
    import h5py

    with h5py.File(file, "r") as content:
        text = content.attrs.get("training_config")
    return None if text is None else json.loads(text)


def _describe(loss: Any) -> Loss | None:
    if isinstance(loss, str):
        return Loss(name=_normalize(loss))
    if isinstance(loss, keras.losses.Loss):
        # Its config, not its attributes: Keras keeps the settings of its functions under another name.
        settings = loss.get_config()
        return Loss(name=_normalize(type(loss).__name__), from_logits=settings.get("from_logits") is True)
    name = getattr(loss, "__name__", None)
    return Loss(name=_normalize(name)) if isinstance(name, str) else None


def _describe_config(given: Any) -> Loss | None:
    """Describe a loss as it is kept in files: a name, or a class with its settings; or a list or dict of one."""
    if isinstance(given, list) and len(given) == 1:
        return _describe_config(given[0])
    if isinstance(given, str):
        return Loss(name=_normalize(given))
    if not isinstance(given, dict):
        return None
    name, settings = given.get("class_name"), given.get("config")
    if isinstance(name, str):
        if name == "function" and isinstance(settings, str):
            return Loss(name=_normalize(settings))
        logits = isinstance(settings, dict) and settings.get("from_logits") is True
        return Loss(name=_normalize(name), from_logits=logits)
    return _describe_config([*given.values()]) if len(given) == 1 else None


def _normalize(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").lower()
