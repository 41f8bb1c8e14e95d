"""TensorFlow's log: what it writes of itself to standard error while it starts and converts."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def limit_tensorflow_log() -> None:
    """Let TensorFlow's C++ code log no notes and warnings; before its first import only.

    Where TensorFlow is imported already, or the environment has `TF_CPP_MIN_LOG_LEVEL`, that is respected.
    """
    if "tensorflow" not in sys.modules:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextmanager
def limit_loggers(*names: str) -> Iterator[None]:
    """Let Python loggers pass errors only, such as without a converter's warnings of its own old calls."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
