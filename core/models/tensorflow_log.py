"""TensorFlow's log: what it writes of itself to standard error while it starts and converts."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def import_tensorflow_quietly() -> None:
    """Import TensorFlow, where it is installed, without the notes that it writes to standard error.

    Its C++ code then logs no notes and warnings either, unless the environment has `TF_CPP_MIN_LOG_LEVEL`. Does nothing
    where TensorFlow is imported already.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Some notes come before TensorFlow reads that level, and from C++, which Python's sys.stderr does not see.
    with suppress(ImportError), _discard_descriptor(2):
        importlib.import_module("tensorflow")


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


@contextmanager
def _discard_descriptor(number: int) -> Iterator[None]:
    """Discard what is written to a file descriptor, for a process that has it."""
    try:
        kept = os.dup(number)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, number)
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)
        os.close(nowhere)
