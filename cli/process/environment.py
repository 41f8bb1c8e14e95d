"""Start TensorFlow without its start-up messages, which it writes directly to file descriptor 2."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import get_console

# TensorFlow and Keras take these for extras and import them wherever they find them, which takes more than a second;
# nothing that we ask of them goes through any.
_EXTRAS_OF_KERAS: Final = ("cv2", "matplotlib", "pandas", "scipy", "sklearn")


@contextmanager
def _speed_up_imports() -> Iterator[None]:
    """Speed up imports: hide optional packages that Keras probes, and pause garbage collection."""
    hidden: dict[str, None] = {name: None for name in _EXTRAS_OF_KERAS if name not in sys.modules}
    # A None here makes an import of that name fail (the reference of Python's import system).
    sys.modules.update(hidden)  # type: ignore[arg-type] # None marks a module as absent
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Half of the time of a start, and most of that of an exit, goes into walking what TensorFlow has set up.
        gc.freeze()
        if collecting:
            gc.enable()
        for name in hidden:
            del sys.modules[name]


def start_tensorflow() -> None:
    """Import TensorFlow and Keras; they take seconds.

    Raises:
        UsageError: they are not installed.
    """
    require_packages("tensorflow", "keras")
    if "tensorflow" in sys.modules:
        return
    get_console().print("starting TensorFlow …")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        with _speed_up_imports():
            importlib.import_module("keras")
            import tensorflow as tf

        # Hides deprecation warnings about functions that TensorFlow and its converters use themselves.
        tf.get_logger().setLevel("ERROR")
        # The notes come with the first kernel, not with the import.
        tf.function(lambda x: tf.nn.softmax(x @ x))(tf.zeros((2, 2)))
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
