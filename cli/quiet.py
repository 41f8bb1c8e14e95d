"""Starting TensorFlow without its start-up notes, which it writes past Python to file descriptor 2."""

from __future__ import annotations

import os
import sys


def start_tensorflow() -> None:
    """Import TensorFlow and Keras; they take seconds.

    Raises:
        UsageError: they are not installed.
    """
    from importlib.util import find_spec

    from webparity.cli.console import console
    from webparity.errors import UsageError

    if find_spec("tensorflow") is None:
        raise UsageError(
            "Expected TensorFlow for training and export; received an environment without it. "
            "Install it with: pip install 'webparity[train,export]'"
        )
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
