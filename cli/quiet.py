"""Starting TensorFlow without its start-up notes, which it writes past Python to file descriptor 2."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Final

from webparity.cli.console import console
from webparity.errors import UsageError

_EXTRAS: Final = {
    "catboost": "boosting",
    "lightgbm": "boosting",
    "xgboost": "boosting",
    "dask": "search",
    "distributed": "search",
    "keras_tuner": "search",
    "onnx": "export",
    "tf2onnx": "export",
}


def require_packages(*names: str) -> None:
    """Refuse early where an optional package is missing.

    Raises:
        UsageError: names the first that is missing and how to install it.
    """
    for name in names:
        if find_spec(name) is None:
            raise UsageError(
                f"Expected the package {name}; received an environment without it. "
                f"Install it with: pip install 'webparity[{_EXTRAS.get(name, 'train')}]'"
            )


def start_tensorflow() -> None:
    """Import TensorFlow and Keras; they take seconds.

    Raises:
        UsageError: they are not installed.
    """
    require_packages("tensorflow", "keras")
    if "tensorflow" in sys.modules:
        return
    console().print("starting TensorFlow …")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        import keras  # noqa: F401
        import tensorflow as tf

        # The notes come with the first kernel, not with the import.
        tf.function(lambda x: tf.nn.softmax(x @ x))(tf.zeros((2, 2)))
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
