"""Jobs on a Dask cluster, through joblib's own backend for it.

A worker gets a few hundred bytes for each job: what to search, by name, and which choices and part to train. It loads
the data itself and keeps them for the next job.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import msgspec
from distributed import Client, KilledWorker
from distributed.core import rpc
from joblib import Parallel, delayed, parallel_config

from webparity.errors import UsageError, WebparityError
from webparity.text.library_error import summarize_library_error
from webparity.train.progress import StepCallback
from webparity.train.recipes.recipe import Recipe
from webparity.train.recipes.registry import find_recipe
from webparity.train.search.job import Job, Outcome, RunJobs, Subject, collect_versions, run_job
from webparity.train.search.parts import Parts

_TIMEOUT_SECONDS: Final = 10
_FIX: Final = (
    "Start one with: dask scheduler; and on each machine, in this environment: dask worker ADDRESS --nthreads 1."
)
# A lost connection is reported once, by the error that it raises, without the tracebacks of these loggers.
_LOGGERS: Final = ("distributed", "distributed.client", "tornado")
_ONE_AT_A_TIME: Final = threading.Lock()


@contextmanager
def connect_cluster(address: str, subject: Subject) -> Iterator[RunJobs]:
    """Context of a connection to a Dask scheduler.

    Args:
        address: such as `tcp://127.0.0.1:8786`.
        subject: of all the jobs.

    Raises:
        UsageError: the cluster cannot be reached, has no workers, or its workers have other versions than this
            process; or it went away meanwhile.
    """
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _refuse_unreachable(address)
    with Client(address, timeout=_TIMEOUT_SECONDS, set_as_default=False) as client:
        _refuse_other_workers(client, address)
        text = msgspec.json.encode(subject).decode()

        def run(jobs: Sequence[Job], _: StepCallback) -> Iterator[tuple[Job, Outcome]]:
            calls = (delayed(_run_on_worker)(text, number, job.name) for number, job in enumerate(jobs))
            try:
                with parallel_config(backend="dask", client=client):
                    results = Parallel(return_as="generator_unordered", batch_size=1)(calls)
                for number, outcome in results:
                    yield jobs[number], msgspec.json.decode(outcome, type=Outcome)
            except WebparityError:
                raise
            except (KilledWorker, CancelledError, OSError) as error:
                raise UsageError(
                    f"Expected the Dask cluster at {address} to stay; received a loss "
                    f"({summarize_library_error(error)}). Start "
                    "the same command again: what was finished is kept."
                ) from error

        yield run


def _refuse_unreachable(address: str) -> None:
    """Check that a Dask scheduler answers: a client would wait forever for another kind of server."""

    async def fetch_identity() -> dict[str, Any]:
        async with asyncio.timeout(_TIMEOUT_SECONDS), rpc(address) as there:
            found: dict[str, Any] = await there.identity()
            return found

    try:
        if asyncio.run(fetch_identity())["type"] == "Scheduler":
            return
        received = "something else"
    except TimeoutError:
        received = f"none that answered within {_TIMEOUT_SECONDS} seconds"
    except (OSError, ValueError, TypeError) as error:
        received = f"none ({summarize_library_error(error)})"
    raise UsageError(f"Expected a Dask scheduler at {address}; received {received}. {_FIX}")


def _refuse_other_workers(client: Client, address: str) -> None:
    """Refuse a cluster without workers, or with workers of other versions or code."""
    try:
        client.wait_for_workers(1, timeout=_TIMEOUT_SECONDS)
        found = client.run(collect_versions)
    except TimeoutError as error:
        raise UsageError(f"Expected workers at {address}; received a scheduler without any. {_FIX}") from error
    except Exception as error:
        raise UsageError(
            f"Expected workers with webparity at {address}; received others ({summarize_library_error(error)}). {_FIX}"
        ) from error
    if sum(client.ncores().values()) == 1:
        # joblib does the work in this process where a backend has one thread.
        raise UsageError(f"Expected two workers or more at {address}; received one. {_FIX}")
    here = collect_versions()
    for worker, there in found.items():
        if there != here:
            raise UsageError(
                f"Expected workers with the same packages as here, {_format_versions(here, there)}; received "
                f"{_format_versions(there, here)} at {worker}. Install the same there."
            )


def _format_versions(of: dict[str, str], others: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in of.items() if others.get(name) != number)


def _run_on_worker(subject: str, number: int, job: str) -> tuple[int, bytes]:
    """Run a job on a worker; return its number too, since jobs end in any order."""
    # Seeds are a matter of the whole process, and a worker may have several threads.
    with _ONE_AT_A_TIME:
        recipe, parts, seed = _load_subject(subject)
        work = msgspec.json.decode(job, type=Job)
        return number, msgspec.json.encode(run_job(recipe, parts[work.part], work, seed))


@lru_cache(maxsize=1)
def _load_subject(text: str) -> tuple[Recipe, Parts, int]:
    subject = msgspec.json.decode(text, type=Subject)
    recipe = find_recipe(subject.recipe)
    return recipe, subject.make_parts(recipe.load(subject.data, recipe.choose(subject.choices))), subject.seed
