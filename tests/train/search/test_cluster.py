"""A real Dask scheduler with two worker processes gives the same results as this process."""

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

from webparity.errors import DatasetError, UsageError
from webparity.storage.json_document import encode_json_document
from webparity.train.datasets.dataset import Dataset
from webparity.train.recipes.chest_knn import RECIPE
from webparity.train.recipes.mnist_mlp import RECIPE as NETWORK
from webparity.train.search.cross_validation import cross_validate
from webparity.train.search.tuning import tune

pytestmark = pytest.mark.slow

PATIENCE = 120


@contextmanager
def start_dask(log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `dask …` in a process group of its own, which is ended with all its children."""
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"], stderr=stream, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def await_log(log: Path, pattern: str) -> re.Match[str]:
    """Wait until a log says something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace")):
            return found
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def start_cluster(folder: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a scheduler and workers, and give its address and process."""
    log = folder / "scheduler.log"
    with ExitStack() as stack:
        scheduler = stack.enter_context(start_dask(log, "scheduler", "--host", "127.0.0.1", "--port", "0"))
        address = await_log(log, r"Scheduler at:\s+(tcp://\S+)")[1]
        for number in range(workers):
            options = ("--nthreads", "1", "--nworkers", "1", "--local-directory", str(folder / str(number)))
            stack.enter_context(start_dask(folder / f"{number}.log", "worker", address, *options))
        for number in range(workers):
            await_log(folder / f"{number}.log", r"Registered to:")
        yield address, scheduler


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_cluster(tmp_path_factory.mktemp("dask"), 2) as (address, _):
        yield address


@pytest.mark.parametrize(("workers", "received"), [(0, "a scheduler without any"), (1, "one")])
def test_a_scheduler_with_fewer_than_two_workers_is_refused(
    chest: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, received: str
) -> None:
    monkeypatch.setattr("webparity.train.search.cluster._TIMEOUT_SECONDS", 3)
    with (
        start_cluster(tmp_path, workers) as (address, _),
        pytest.raises(UsageError, match=f"workers .*received {received}"),
    ):
        cross_validate(RECIPE, chest, folds=2, cluster=address)


def test_a_lost_scheduler_is_reported_in_one_sentence(chest: Dataset, tmp_path: Path) -> None:
    with (
        start_cluster(tmp_path, 2) as (address, scheduler),
        pytest.raises(UsageError, match=f"cluster at {address} to stay"),
    ):
        cross_validate(RECIPE, chest, folds=2, cluster=address, progress=lambda *_: scheduler.kill())


def test_folds_on_a_cluster_give_the_local_result(cluster: str, chest: Dataset, tmp_path: Path) -> None:
    done: list[float] = []
    there = cross_validate(
        RECIPE,
        chest,
        folds=4,
        cluster=cluster,
        journal=tmp_path / "journal",
        progress=lambda count, *_: done.append(count),
    )
    assert done == [0, 1, 2, 3, 4]
    assert encode_json_document(there) == encode_json_document(cross_validate(RECIPE, chest, folds=4))
    # What the cluster finished is known here: nothing is trained again.
    again = cross_validate(
        RECIPE, chest, folds=4, journal=tmp_path / "journal", progress=lambda count, *_: done.append(count)
    )
    assert again == there
    assert done[5:] == [4]


@pytest.mark.parametrize("method", ["grid", "bayesian"])
def test_trials_on_a_cluster_give_the_local_result(cluster: str, chest: Dataset, method: str) -> None:
    settings = {"method": method, "trials": 5, "folds": 2}
    there, here = (tune(RECIPE, chest, cluster=address, **settings) for address in (cluster, None))
    assert encode_json_document(there) == encode_json_document(here)


def test_networks_on_a_cluster_are_the_local_ones(cluster: str) -> None:
    digits = NETWORK.load("mnist-subset", {})
    there, here = (cross_validate(NETWORK, digits, folds=2, epochs=1, cluster=address) for address in (cluster, None))
    assert encode_json_document(there) == encode_json_document(here)


def test_an_error_on_a_worker_is_raised_here(cluster: str, chest: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.job.digest_searched_data", lambda _: "0" * 64)
    with pytest.raises(DatasetError, match="Expected the same data everywhere; received others for"):
        cross_validate(RECIPE, chest, folds=2, cluster=cluster)


def test_other_versions_on_a_worker_are_refused(cluster: str, chest: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.job.version", lambda name: name)
    with pytest.raises(UsageError, match=r"same packages as here, .*numpy numpy,.*; received .*numpy 2"):
        cross_validate(RECIPE, chest, folds=2, cluster=cluster)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "nonsense://x:1", "127.0.0.1:{listening}"])
def test_no_scheduler_is_refused_soon(address: str, chest: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webparity.train.search.cluster._TIMEOUT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = address.format(listening=silent.getsockname()[1])
        start = time.monotonic()
        with pytest.raises(UsageError, match=f"Expected a Dask scheduler at {address}; received none.* Start one with"):
            cross_validate(RECIPE, chest, folds=2, cluster=address)
    assert time.monotonic() - start < 20
