"""Seeds of the global random generators: each module is imported and each test run with the numbers of its name.

Keras draws the seeds of weights from Python's generator when a layer is made, scikit-learn from NumPy's.
"""

from __future__ import annotations

import random
import zlib

import numpy as np
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collectstart(collector: pytest.Collector) -> None:
    """Seed for a module's import, in which tables of layers may be made."""
    if isinstance(collector, pytest.Module):
        seed_generators(collector.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Seed for a test and its fixtures."""
    seed_generators(item.nodeid)


def seed_generators(name: str) -> None:
    """Seed Python's and NumPy's global generators from a name."""
    seed = zlib.crc32(name.encode())
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that libraries use when they are given none
