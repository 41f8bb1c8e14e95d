from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from webparity.train.fitting.decision import find_balanced_shift


def test_the_shift_stands_in_the_middle_of_the_widest_gap() -> None:
    second = np.array([-3.0, -2.0, -1.0, 1.0, 5.0, 6.0])
    scores = np.stack([np.zeros(6), second], axis=1).astype(np.float32)
    assert find_balanced_shift(scores, np.array([0, 0, 0, 0, 1, 1])).tolist() == [0.0, -3.0]


def test_scores_that_tell_nothing_are_left_alone() -> None:
    assert find_balanced_shift(np.zeros((4, 2), np.float32), np.array([0, 0, 1, 1])).tolist() == [0.0, 0.0]


@given(classes=st.sampled_from([2, 3]), seed=st.integers(0, 2**32 - 1), offset=st.floats(-5, 5))
def test_it_is_never_worse_than_no_shift_and_finds_what_was_put_in(classes: int, seed: int, offset: float) -> None:
    random = np.random.default_rng(seed)
    labels = np.arange(60) % classes
    scores = random.normal(size=(60, classes)) + 2 * np.eye(classes)[labels]
    scores[:, -1] += offset
    shift = find_balanced_shift(scores.astype(np.float32), labels)
    found = balanced_accuracy_score(labels, np.argmax(scores + shift, axis=1))
    assert shift[0] == 0
    assert found >= balanced_accuracy_score(labels, np.argmax(scores, axis=1)) - 1e-9
    if classes == 2:
        thresholds = scores[:, 0] - scores[:, 1]
        best = max(
            balanced_accuracy_score(labels, scores[:, 1] - scores[:, 0] > -threshold)
            for threshold in [*thresholds, thresholds.min() - 1]
        )
        assert found == pytest.approx(best)
