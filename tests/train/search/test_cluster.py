"""A real Dask scheduler with two worker processes gives what this process gives."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from webparity.document import to_document
from webparity.errors import DatasetError, UsageError
from webparity.train.datasets.chest import load_chest
from webparity.train.datasets.dataset import Dataset
from webparity.train.recipes.chest_knn import RECIPE
from webparity.train.recipes.mnist_mlp import RECIPE as NETWORK
from webparity.train.search.cross_validation import cross_validate
from webparity.train.search.tuning import tune

pytestmark = pytest.mark.slow

PATIENCE = 120


@contextmanager
def dask(log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `dask …` in a process group of its own, which is ended with all its children."""
    with (
        log.open("wb") as stream,
        subprocess.Popen(  # noqa: S603 - our own interpreter and words
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"], stderr=stream, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def said(log: Path, pattern: str) -> re.Match[str]:
    """Wait until a log says something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace")):
            return found
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """Run a scheduler and give its address."""
    log = folder / "scheduler.log"
    with dask(log, "scheduler", "--host", "127.0.0.1", "--port", "0"):
        yield said(log, r"Scheduler at:\s+(tcp://\S+)")[1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    with started(folder) as scheduler, ExitStack() as stack:
        for number in range(2):
            options = ("--nthreads", "1", "--nworkers", "1", "--local-directory", str(folder / str(number)))
            stack.enter_context(dask(folder / f"{number}.log", "worker", scheduler, *options))
        for number in range(2):
            said(folder / f"{number}.log", r"Registered to:")
        yield scheduler


@pytest.fixture(scope="module")
def drawn(radiographs: Path) -> Dataset:
    return load_chest(str(radiographs))


def test_a_scheduler_without_workers_is_refused(
    drawn: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webparity.train.search.cluster._TIMEOUT_SECONDS", 3)
    with started(tmp_path) as scheduler, pytest.raises(UsageError, match="received a scheduler without any"):
        cross_validate(RECIPE, drawn, folds=2, cluster=scheduler)


def test_folds_on_a_cluster_give_the_local_result(cluster: str, drawn: Dataset, tmp_path: Path) -> None:
    done: list[float] = []
    there = cross_validate(
        RECIPE,
        drawn,
        folds=4,
        cluster=cluster,
        journal=tmp_path / "journal",
        progress=lambda count, *_: done.append(count),
    )
    assert done == [0, 1, 2, 3, 4]
    assert to_document(there) == to_document(cross_validate(RECIPE, drawn, folds=4))
    # What the cluster finished is known here: nothing is trained again.
    again = cross_validate(
        RECIPE, drawn, folds=4, journal=tmp_path / "journal", progress=lambda count, *_: done.append(count)
    )
    assert again == there
    assert done[5:] == [4]


@pytest.mark.parametrize("method", ["grid", "bayesian"])
def test_trials_on_a_cluster_give_the_local_result(cluster: str, drawn: Dataset, method: str) -> None:
    settings = {"method": method, "trials": 5, "folds": 2}
    there, here = (tune(RECIPE, drawn, cluster=address, **settings) for address in (cluster, None))  # type: ignore[arg-type]
    assert to_document(there) == to_document(here)


def test_networks_on_a_cluster_are_the_local_ones(cluster: str) -> None:
    digits = NETWORK.load("mnist-subset", {})
    there, here = (cross_validate(NETWORK, digits, folds=2, epochs=1, cluster=address) for address in (cluster, None))
    assert to_document(there) == to_document(here)


def test_what_fails_on_a_worker_is_said_here(cluster: str, drawn: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.job.searched_digest", lambda _: "0" * 64)
    with pytest.raises(DatasetError, match="Expected the same data everywhere; received others for"):
        cross_validate(RECIPE, drawn, folds=2, cluster=cluster)


def test_other_versions_on_a_worker_are_refused(cluster: str, drawn: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.job.version", lambda name: name)
    with pytest.raises(UsageError, match=r"same packages as here, .*numpy numpy,.*; received .*numpy 2"):
        cross_validate(RECIPE, drawn, folds=2, cluster=cluster)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "nonsense://x:1", "127.0.0.1:{listening}"])
def test_no_scheduler_is_refused_soon(address: str, drawn: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.cluster._TIMEOUT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = address.format(listening=silent.getsockname()[1])
        start = time.monotonic()
        with pytest.raises(UsageError, match=f"Expected a Dask scheduler at {address}; received none.* Start one with"):
            cross_validate(RECIPE, drawn, folds=2, cluster=address)
    assert time.monotonic() - start < 20
