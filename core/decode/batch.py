"""Decoding of many image files on all cores, in order, with few of them in memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from webparity.decode.contract import CONTRACT, DecodeContract, decode, read_image_bytes
from webparity.wasm.compiled_module import load_module

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Item = TypeVar("Item")
Result = TypeVar("Result")

# Enough that no thread waits for the one whose turn it is.
_AHEAD_A_THREAD: Final = 2


def decode_images(
    sources: Iterable[Path | str | bytes], threads: int | None = None, contract: DecodeContract = CONTRACT
) -> Generator[NDArray[np.uint8], None, None]:
    """Decode image files by the contract, side by side and in order.

    Args:
        sources: paths, or the bytes of files; taken as they are needed.
        threads: how many decode at a time; by default as many as this process has cores. Each holds a file and its
            image, up to 7 bytes a pixel.
        contract: as of `decode`.

    Yields:
        RGB pixels of each, uint8 [H, W, 3]. At most two images a thread are ahead of the one that is asked for.

    Raises:
        UsageError: a file cannot be read; those before it were yielded.
        DecodeError: the contract refuses one; those before it were yielded.
        RuntimeUnavailable: wasmtime is missing or cannot run here.
    """
    return map_in_threads(partial(_decode_source, contract=contract), sources, threads)


def map_in_threads(
    task: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None
) -> Generator[Result, None, None]:
    """Yield `task(item)` for each item, in order, for tasks that decode: other work would hold the GIL.

    Args:
        task: what to do; its error comes in its turn, and ends the iterator.
        items: what to work on; taken as they are needed.
        threads: as in `decode_images`.
    """
    threads = threads or count_cores()
    load_module()  # once, not once a thread
    pool = ThreadPoolExecutor(threads, "decode")
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(task, item))
            if len(pending) == threads * _AHEAD_A_THREAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def count_cores() -> int:
    """Count the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _decode_source(source: Path | str | bytes, contract: DecodeContract) -> NDArray[np.uint8]:
    if isinstance(source, bytes):
        return decode(source, contract=contract)
    path = Path(source)
    return decode(read_image_bytes(path, str(path)), path.name, contract)
