"""Engines that the models of a module share, and the places in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from places import ChromiumPlaces
from shared_engines import SharedEngines


@pytest.fixture(scope="module", autouse=True)
def _lent_engines() -> Iterator[None]:
    """Each Node process and browser serves one run after another."""
    started = SharedEngines()
    with started.lent():
        yield
    started.close()


@pytest.fixture
def add_chromium(full: bool) -> ChromiumPlaces:
    """Adds the places in Chromium to a cell's own."""
    return ChromiumPlaces(full)
