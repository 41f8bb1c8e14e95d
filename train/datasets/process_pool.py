"""Ordered map over worker processes with few pending results; JPEG checks are pure Python."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from webparity.errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Below this many items the half second in which processes start is not won back.
_FEW = 200
_MAX_WORKERS = 8
_IN_FLIGHT_A_WORKER = 4


def map_in_processes(task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yield `task(item)` for each item, in order; memory is bounded by a few results per process.

    Args:
        task: a function at the top level of a module that imports quickly.
        items: what to work on; few are worked on in this process.

    Raises:
        UsageError: a worker process ended before its work.
    """
    workers = min(os.cpu_count() or 1, _MAX_WORKERS)
    # A Dask worker is a daemon, and daemons may not start processes.
    if len(items) < _FEW or workers == 1 or multiprocessing.current_process().daemon:
        yield from map(task, items)
        return
    # Not fork: TensorFlow's threads do not survive it.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_exit_with_parent)
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(task, item))
            if len(pending) == workers * _IN_FLIGHT_A_WORKER:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise UsageError(
            "Expected the processes that decode images to keep running; received one that ended. Free memory; in a "
            "script of your own put the work under `if __name__ == '__main__':`."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _exit_with_parent() -> None:
    # The parent handles Ctrl+C. A parent that was killed cannot stop its workers, so each one watches for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
