"""The global generators start from the name of the test, whatever ran before it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from seeds import seed_generators

AT_IMPORT = random.random()


def _draw() -> list[float]:
    return [random.random(), float(np.random.random())]  # noqa: NPY002 - what is tested


@pytest.mark.parametrize("number", [0, 1])
def test_a_test_draws_the_numbers_of_its_name(request: pytest.FixtureRequest, number: int) -> None:
    drawn = _draw()
    seed_generators(request.node.nodeid)
    assert drawn == _draw()
    seed_generators(f"{request.node.nodeid}{number}")
    assert drawn != _draw()


def test_a_module_is_imported_with_the_numbers_of_its_name(request: pytest.FixtureRequest) -> None:
    module = request.node.getparent(pytest.Module)
    seed_generators(module.nodeid)
    assert random.random() == AT_IMPORT
