"""Engines that the models of a module share, and the places in Chromium."""

from __future__ import annotations

import pytest
from places import ChromiumPlaces
from shared_engines import lend_engines

# Each Node process and browser serves one run after another.
_lent_engines = pytest.fixture(scope="module", autouse=True)(lend_engines)


@pytest.fixture
def add_chromium(full: bool) -> ChromiumPlaces:
    """Adds the places in Chromium to a cell's own."""
    return ChromiumPlaces(full)
