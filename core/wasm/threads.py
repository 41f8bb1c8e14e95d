"""One instance of the module for each thread that asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from webparity.wasm.compiled_module import load_module
from webparity.wasm.instance import ModuleInstance

# An instance's memory never shrinks: with more than this, it goes.
MAX_KEPT_BYTES: Final = 256 * 2**20

_own: Final = threading.local()


@contextmanager
def borrow_instance() -> Iterator[ModuleInstance]:
    """Lend this thread's instance, which is made when there is none.

    It is not kept where the block ends in an error, which may have left anything behind, or where its memory has grown
    past `MAX_KEPT_BYTES`.

    Raises:
        RuntimeUnavailable: wasmtime is missing or cannot run here.
    """
    instance: ModuleInstance | None = getattr(_own, "instance", None)
    # Whoever asks within the block, such as the handler of a signal, gets another one.
    _own.instance = None
    if instance is None:
        instance = ModuleInstance(load_module())
    yield instance
    if instance.get_memory_bytes() <= MAX_KEPT_BYTES:
        _own.instance = instance
