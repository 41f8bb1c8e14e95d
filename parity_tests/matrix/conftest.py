"""Engines that the cells of a module share: each Node process and browser serves one run after another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shared_engines import SharedEngines


@pytest.fixture(scope="module", autouse=True)
def _lent_engines() -> Iterator[None]:
    started = SharedEngines()
    with started.lent():
        yield
    started.close()
