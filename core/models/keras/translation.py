"""Translation of configs that other Keras versions wrote: settings that this version does not know are removed.

Only settings without effect on predictions are removed: those of training-only layers, initializers, regularizers and
constraints, and options at the only value that is left. All others stay, and Keras refuses them.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import keras

from webparity.errors import UnsupportedModelError
from webparity.model_safety.keras.versions import KERAS_2_MODELS
from webparity.models.keras.inference_model import TRAINING_ONLY_LAYERS
from webparity.text.library_error import summarize_library_error

_TRAINING_SUFFIXES: Final = ("_initializer", "_regularizer", "_constraint")
_FIXED_SETTINGS: Final = {"groups": 1, "time_major": False, "ragged": False, "sparse": False}
# What Keras's base class takes from its keyword arguments.
_BASE_SETTINGS: Final = frozenset(
    {"activity_regularizer", "autocast", "batch_input_shape", "batch_shape", "dtype", "input_dim", "input_dtype"}
    | {"input_shape", "name", "trainable", "weights"}
)


def load_translated(file: Path, load: Callable[[Path], Any]) -> Any:
    """Load a model file as it is, and if that fails, with its config translated to this version of Keras.

    Args:
        file: a `.keras` or `.h5` file, checked by `model_safety.inspection` or trusted.
        load: what reads it.

    Raises:
        Exception: what `load` raises in the end.
    """
    try:
        return load(file)
    except UnsupportedModelError:
        raise
    except Exception:
        with _translate_file(file) as copy:
            if copy is None:
                raise
            return load(copy)


def find_cause(error: BaseException) -> str:
    """Find the innermost of Keras's nested error messages, with the class that it names.

    Keras wraps each in one for the part around it, with the whole config of that part.
    """
    *outer, cause = str(error).split("Exception encountered: ")
    named = re.search(r"deserializing class '(\w+)'", outer[-1]) if outer else None
    said = summarize_library_error(ValueError(cause))
    return f"{named[1]}: {said}" if named else said


@contextmanager
def _translate_file(file: Path) -> Iterator[Path | None]:
    """Make a translated copy of a `.keras` or `.h5` file inside the block; None if nothing has to change.

    Args:
        file: it.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        changed = _copy_archive(file, copy) if zipfile.is_zipfile(file) else _copy_hdf5(file, copy)
        yield copy if changed else None


def translate_config(config: Any) -> Any:
    """Translate a config, as parsed from JSON, of a network or any part of one."""
    if isinstance(config, list):
        return [translate_config(each) for each in config]
    if not isinstance(config, dict):
        return config
    config = {key: translate_config(value) for key, value in config.items()}
    part, module = config.get("class_name"), config.get("module")
    if part == "Policy":  # Keras 2's name of what is DTypePolicy now
        return config | {"class_name": "DTypePolicy", "module": "keras.dtype_policies"}
    if isinstance(module, str) and KERAS_2_MODELS.fullmatch(module):
        part = "Functional" if part == "Model" else part
        config |= {"class_name": part, "module": "keras" if part == "Sequential" else "keras.src.models.functional"}
    settings = config.get("config")
    if part == "Functional" and isinstance(settings, dict):
        _renumber_nodes_from_zero(settings)
    layer_class = getattr(keras.layers, part, None) if isinstance(part, str) else None
    if inspect.isclass(layer_class) and isinstance(settings, dict):
        config["config"] = _drop_unknown_settings(layer_class, settings)
    return config


def _drop_unknown_settings(layer_class: Any, settings: dict[str, Any]) -> dict[str, Any]:
    known = _list_known_keys(layer_class)

    def has_no_effect(key: str, value: Any) -> bool:
        if key in known:
            return False
        only = key in _FIXED_SETTINGS and value == _FIXED_SETTINGS[key]
        return issubclass(layer_class, TRAINING_ONLY_LAYERS) or key.endswith(_TRAINING_SUFFIXES) or only

    kept = {key: value for key, value in settings.items() if not has_no_effect(key, value)}
    if layer_class is keras.layers.LeakyReLU and "alpha" in kept:
        kept["negative_slope"] = kept.pop("alpha")
    axis = kept.get("axis")
    if layer_class is keras.layers.BatchNormalization and isinstance(axis, list) and len(axis) == 1:
        kept["axis"] = axis[0]
    return kept


def _renumber_nodes_from_zero(network: dict[str, Any]) -> None:
    """Correct, in place, references to nested networks, whose first call Keras 2 counts as 1."""
    layers = [each for each in network.get("layers", []) if isinstance(each, dict)]
    # Keras 3 writes objects; a node of Keras 2 is a list of references.
    if not any(isinstance(node, list) for layer in layers for node in layer.get("inbound_nodes", [])):
        return
    inner = {each.get("name"): each.get("class_name") for each in layers if _is_counted_from_one(each)}
    for layer in layers:
        for node in layer.get("inbound_nodes", []):
            for reference in node if isinstance(node, list) else []:
                if isinstance(reference, list) and len(reference) > 2 and reference[0] in inner:
                    reference[1] -= 1
    for reference in network.get("output_layers", []):
        # For Functional networks Keras 3 subtracts 1 itself, but only here.
        if isinstance(reference, list) and inner.get(reference[0]) == "Sequential":
            reference[1] -= 1


def _is_counted_from_one(layer: dict[str, Any]) -> bool:
    if layer.get("class_name") == "Sequential":
        first = (layer.get("config", {}).get("layers") or [{}])[0]
        return bool(first.get("class_name") == "InputLayer")
    return layer.get("class_name") == "Functional"


def _list_known_keys(layer_class: Any) -> set[str]:
    """List the parameters of a layer's constructor and of the base constructors that it passes them to."""
    keys = set(_BASE_SETTINGS)
    for base in layer_class.__mro__:
        parameters = inspect.signature(base.__init__).parameters if "__init__" in vars(base) else {}
        keys |= {name for name, each in parameters.items() if each.kind is not each.VAR_KEYWORD}
        if parameters and all(each.kind is not each.VAR_KEYWORD for each in parameters.values()):
            break
    return keys


def _copy_archive(file: Path, copy: Path) -> bool:
    with zipfile.ZipFile(file) as old:
        config = json.loads(old.read("config.json"))
        changed = translate_config(config)
        if changed == config:
            return False
        with zipfile.ZipFile(copy, "w") as new:
            for name in old.namelist():
                new.writestr(name, json.dumps(changed) if name == "config.json" else old.read(name))
    return True


def _copy_hdf5(file: Path, copy: Path) -> bool:
    import h5py

    shutil.copyfile(file, copy)
    with h5py.File(copy, "r+") as store:
        text = store.attrs.get("model_config")
        config = json.loads(text) if text is not None else None
        changed = translate_config(config)
        if changed != config:
            store.attrs["model_config"] = json.dumps(changed)
    return bool(changed != config)
