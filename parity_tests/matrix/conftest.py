"""Engines that the cells of a module share: each Node process and browser serves one run after another."""

from __future__ import annotations

import pytest
from shared_engines import lend_engines

_lent_engines = pytest.fixture(scope="module", autouse=True)(lend_engines)
