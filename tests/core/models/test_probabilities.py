from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from webparity.models.probabilities import SUM_TOLERANCE, describe_probability_fault


@pytest.mark.parametrize("classes", [2, 10, 1000, 20000])
def test_a_softmax_in_float32_is_taken(classes: int) -> None:
    scores = np.random.default_rng(classes).normal(0, 20, classes).astype(np.float32)
    assert describe_probability_fault(softmax(scores)) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "none"),
        ([0.5, float("nan")], "NaN"),
        ([float("inf"), 0], "infinity"),
        ([13.5, -12.5], "from -12.5 to 13.5"),
        ([0.0, 0.0, 0.0], "sum of 0"),
        ([0.6, 0.6], "sum of 1.2"),
    ],
)
def test_values_that_are_no_probabilities_are_named(values: list[float], said: str) -> None:
    assert said in str(describe_probability_fault(np.array(values)))


def test_the_page_has_the_same_bound() -> None:
    code = (Path(__file__).parents[3] / "web" / "src" / "runtime" / "probabilities.ts").read_text()
    (bound,) = re.findall(r"const SUM_TOLERANCE = (\S+);", code)
    assert float(bound) == SUM_TOLERANCE
