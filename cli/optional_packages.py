"""Optional packages: the extra that installs each, and the message when one is missing."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from webparity.errors import UsageError

# By import name; pyproject.toml holds the extras.
EXTRAS: Final = {
    "brotli": "export",
    "catboost": "boosting",
    "dask": "search",
    "distributed": "search",
    "keras": "train",
    "keras_tuner": "search",
    "lightgbm": "boosting",
    "matplotlib": "train",
    "mlxtend": "train",
    "onnx": "export",
    "onnxruntime": "onnxruntime",
    "scipy": "train",
    "skl2onnx": "export",
    "sklearn": "train",
    "skops": "train",
    "tensorboard": "search",
    "tensorflow": "train",
    "tf2onnx": "export",
    "xgboost": "boosting",
}


def require_packages(*names: str) -> None:
    """Refuse early where an optional package is missing.

    Raises:
        UsageError: names the first that is missing and how to install it.
    """
    for name in names:
        if find_spec(name) is None:
            raise UsageError(_format_missing_package(name))


def describe_missing_package(error: BaseException) -> str | None:
    """Return the message for an optional package that is not installed; None for any other error."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    name = (error.name or "").partition(".")[0]
    return _format_missing_package(name) if name in EXTRAS else None


def _format_missing_package(name: str) -> str:
    return (
        f"Expected the package {name}; received an environment without it. "
        f"Install it with: pip install 'webparity[{EXTRAS[name]}]'"
    )
