"""Formats of model files, recognized by their content where several libraries use one suffix."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final, Literal

from webparity.model_safety.archive import open_model_file
from webparity.models.model_kind import SUFFIXES, ModelKind
from webparity.storage.regular_file import open_regular

Encoding = Literal["json", "ubj", "cbm", "txt"]
_HEAD: Final = 4096
# The first name in a JSON file of each library, whatever the order of its fields.
_XGBOOST_NAMES: Final = frozenset({"learner", "version"})
_CATBOOST_NAMES: Final = frozenset(
    {"cat_features_info", "ctr_data", "features_info", "model_info", "oblivious_trees", "scale_and_bias", "trees"}
)
_FIRST_NAME: Final = re.compile(rb'\{\s*"([a-z_]{1,40})"\s*:')

# Suffixes that name one format; the others are used for several.
_OF_ONE_FORMAT: Final = frozenset({".keras", ".skops", ".onnx", ".pkl", ".pickle", ".joblib", ".h5", ".hdf5"})
_HDF5: Final = b"\x89HDF\r\n"
_OLD_XGBOOST: Final = (b"binf", b"bs64")
# The first two bytes of pickles, by protocol, and those of joblib's compressed ones.
_PICKLES: Final = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x78\x9c", b"\x78\x5e", b"\x78\xda")


def find_booster_format(file: Path) -> tuple[ModelKind, Encoding] | None:
    """Find the library and the encoding of a model file by its content; None for another file.

    Args:
        file: any regular file.
    """
    with open_model_file(file) as stream:
        return recognize_booster(stream.read(_HEAD))


def recognize_booster(head: bytes) -> tuple[ModelKind, Encoding] | None:
    """Recognize a file by its first bytes, as `find_booster_format`."""
    if head.startswith(b"CBM1"):
        return "catboost", "cbm"
    if head.startswith((b"tree\n", b"tree\r\n")):
        return "lightgbm", "txt"
    if head.startswith(b"{L"):
        return "xgboost", "ubj"
    named = _FIRST_NAME.match(head.lstrip())
    if named is None:
        return None
    name = named[1].decode()
    if name in _XGBOOST_NAMES:
        return "xgboost", "json"
    return ("catboost", "json") if name in _CATBOOST_NAMES else None


def find_format_suffix(file: Path) -> str:
    """Find the suffix that stands for the format of a model file, such as `.json` for XGBoost's `.model`.

    Args:
        file: of any suffix; CatBoost's JSON gives `.cbm`, which stands for CatBoost.

    Returns:
        Its own suffix in lower case where that names one format, or where the content is not recognized.
    """
    suffix = file.suffix.lower()
    if suffix in _OF_ONE_FORMAT or not file.is_file():
        return suffix
    found = find_booster_format(file)
    if found is not None:
        return SUFFIXES[found[0]]
    with open_regular(file) as stream:
        head = stream.read(len(_HDF5))
    if head.startswith(_HDF5):
        return ".h5"
    if head.startswith(_PICKLES):
        return ".pkl"
    if head.startswith(b"PK") and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
        return ".skops" if "schema.json" in names else ".keras" if "config.json" in names else suffix
    return suffix


def is_old_xgboost(file: Path) -> bool:
    """Whether a file may be of XGBoost's old binary format, which it reads no more: by its mark, or by `.model`."""
    with open_regular(file) as stream:
        return stream.read(4) in _OLD_XGBOOST or file.suffix.lower() == ".model"
