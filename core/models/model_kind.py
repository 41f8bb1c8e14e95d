"""The library of a model, and the packages that are needed to read and run it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final, Literal

ModelKind = Literal["keras", "sklearn", "xgboost", "catboost", "lightgbm", "onnx"]

# Libraries of boosted trees, each with a file format of its own.
BOOSTERS: Final[tuple[ModelKind, ...]] = ("catboost", "lightgbm", "xgboost")
# Package names by import name; a model's own library stands last.
LIBRARIES: Final[dict[ModelKind, dict[str, str]]] = {
    "keras": {"tensorflow": "tensorflow", "keras": "keras"},
    "sklearn": {"skops": "skops", "sklearn": "scikit-learn"},
    "xgboost": {"sklearn": "scikit-learn", "xgboost": "xgboost"},
    "catboost": {"sklearn": "scikit-learn", "catboost": "catboost"},
    "lightgbm": {"sklearn": "scikit-learn", "lightgbm": "lightgbm"},
    "onnx": {"onnx": "onnx", "onnxruntime": "onnxruntime"},
}
SUFFIXES: Final[dict[ModelKind, str]] = {
    "keras": ".keras",
    "sklearn": ".skops",
    "xgboost": ".json",
    "catboost": ".cbm",
    "lightgbm": ".txt",
    "onnx": ".onnx",
}


def get_model_kind(model: Any) -> ModelKind:
    """Get the library of a model; a scikit-learn pipeline is scikit-learn's, whatever its last step."""
    # Our wrapper classes name the library of the model inside.
    own: ModelKind | None = getattr(model, "model_kind", None)
    if own is not None:
        return own
    roots = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    kinds: tuple[ModelKind, ...] = ("keras", *BOOSTERS, "onnx")
    return next((kind for kind in kinds if kind in roots), "sklearn")


def get_producer_kind(producer: Mapping[str, str]) -> ModelKind:
    """Get the library of a model from the versions that its manifest names."""
    # Every bundle names the package onnx, and boosters name scikit-learn's too.
    kinds: tuple[ModelKind, ...] = ("keras", *BOOSTERS)
    rest: ModelKind = "sklearn" if "scikit-learn" in producer else "onnx"
    return next((kind for kind in kinds if kind in producer), rest)


def find_missing_library(kind: ModelKind) -> str | None:
    """Find the first package that a model of that kind needs and that is not installed, or return None."""
    return next((package for name, package in LIBRARIES[kind].items() if find_spec(name) is None), None)


def format_install_command(kind: ModelKind) -> str:
    """Format the pip command that installs a kind's libraries."""
    extras = {"keras": "train", "sklearn": "train", "onnx": "export"}.get(kind, "train,boosting")
    return f"pip install 'webparity[{extras}]'"


def get_library_versions(kind: ModelKind) -> dict[str, str]:
    """Get the versions of a kind's libraries by package name; imports them."""
    return {package: str(importlib.import_module(name).__version__) for name, package in LIBRARIES[kind].items()}
