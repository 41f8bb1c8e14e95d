"""Checks of XGBoost, LightGBM and CatBoost models inside `.skops` files, where skops keeps the pickled buffers.

Each is opened in this process, as the libraries' own files are, so run this in a separate process.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from webparity.model_safety.archive import read_member
from webparity.model_safety.boosters import inspect_booster, inspect_pickled_xgboost
from webparity.model_safety.json_tree import iterate_objects
from webparity.model_safety.refusal import make_refusal
from webparity.models.model_kind import SUFFIXES, ModelKind

_XGBOOST: Final = ("xgboost.core", "Booster")
_LIGHTGBM: Final = ("lightgbm.basic", "Booster")
_CATBOOST: Final = ("catboost.core", "CatBoostClassifier")


def inspect_pickled_boosters(schema: Any, archive: zipfile.ZipFile, name: str) -> None:
    """Check every boosted model of a schema; CatBoost first, which imports more modules than the others.

    Args:
        schema: skops's `schema.json`.
        archive: where its buffers are.
        name: what to call the file in messages.

    Raises:
        UnsupportedModelError: a model is damaged.
        Exception: the library's own, when it cannot read one.
    """
    checks: dict[tuple[str, str], Callable[[dict[str, Any]], None]] = {
        _CATBOOST: lambda state: _inspect_booster_bytes(_read_buffer(state["__model"], archive, name), "catboost"),
        _LIGHTGBM: lambda state: _inspect_booster_bytes(_read_text(state, name), "lightgbm"),
        _XGBOOST: lambda state: inspect_pickled_xgboost(_read_buffer(state["handle"], archive, name), name),
    }
    nodes = list(iterate_objects(schema))
    for place, check in checks.items():
        for node in nodes:
            if (node.get("__module__"), node.get("__class__")) == place and node.get("__loader__") == "ObjectNode":
                state = node["content"]["content"]
                # An unfitted model has no buffer.
                if place == _CATBOOST and "__model" not in state:
                    continue
                check(state)


def _read_buffer(node: dict[str, Any], archive: zipfile.ZipFile, name: str) -> bytes:
    if node.get("__loader__") not in {"BytesNode", "BytearrayNode"}:
        raise make_refusal("a boosted model as its library keeps it", f"{name} with a {node.get('__loader__')} for it")
    return read_member(archive, node["file"], name)


def _read_text(state: dict[str, Any], name: str) -> bytes:
    """Read LightGBM's text, whose attribute name depends on the LightGBM version."""
    given = [state[key] for key in ("_handle", "handle") if key in state]
    text = json.loads(given[0]["content"]) if len(given) == 1 and given[0].get("__loader__") == "JsonNode" else None
    if not isinstance(text, str):
        raise make_refusal("a boosted model as its library keeps it", f"{name} with another one")
    return text.encode()


def _inspect_booster_bytes(data: bytes, kind: ModelKind) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{SUFFIXES[kind]}"
        file.write_bytes(data)
        inspect_booster(file, kind)
