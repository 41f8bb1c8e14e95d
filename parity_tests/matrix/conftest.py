"""Engines that the matrices share: each Node process and browser serves one run after another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shared_engines import SharedEngines


@pytest.fixture(scope="session")
def engines() -> Iterator[SharedEngines]:
    """Node processes and browsers, ended with the session."""
    started = SharedEngines()
    yield started
    started.close()


@pytest.fixture(scope="module", autouse=True)
def _lent_engines(engines: SharedEngines) -> Iterator[None]:
    with engines.lent():
        yield
