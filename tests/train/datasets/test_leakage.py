from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.errors import DatasetError
from webparity.train.datasets.leakage import number_groups, remove_leakage

_IMAGES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 8), st.integers(0, 1), st.booleans()), min_size=1
)


def test_patients_with_the_same_image_are_one() -> None:
    groups = number_groups(["p1", "p1", "p2", "p3", "p4"], ["x", "y", "y", "z", "w"])
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups)) == 3


@given(_IMAGES)
def test_remaining_images_are_unique_and_share_no_group_with_the_test_set(
    images: list[tuple[str, int, int, bool]],
) -> None:
    keys, contents, label_list, test_list = zip(*images, strict=True)
    labels, test, digests = np.array(label_list), np.array(test_list), [str(content) for content in contents]
    groups = number_groups(keys, digests)
    for i, j in np.ndindex(len(images), len(images)):
        if keys[i] == keys[j] or digests[i] == digests[j]:
            assert groups[i] == groups[j]
    under = [{digests[i] for i in np.flatnonzero(test & (labels == label))} for label in (0, 1)]
    if under[0] & under[1]:
        with pytest.raises(DatasetError, match="under two"):
            remove_leakage(labels, groups, digests, test)
        return
    stays, _ = remove_leakage(labels, groups, digests, test)
    assert stays[test].all()
    training = [digests[i] for i in np.flatnonzero(stays & ~test)]
    assert len(set(training)) == len(training)
    assert not set(groups[stays & ~test]) & set(groups[test])
    for i in np.flatnonzero(~stays):
        alike = [j for j in range(len(images)) if digests[j] == digests[i] and j != i]
        related = any(groups[j] == groups[i] for j in np.flatnonzero(test))
        assert alike or related


def test_each_reason_is_counted() -> None:
    digests = ["in-test", "twice", "twice", "two-labels", "two-labels", "own", "in-test", "patient"]
    labels = np.array([0, 0, 0, 0, 1, 1, 0, 1])
    test = np.array([False] * 6 + [True] * 2)
    groups = number_groups(["a", "b", "c", "d", "e", "shared", "g", "shared"], digests)
    stays, notes = remove_leakage(labels, groups, digests, test)
    assert stays.tolist() == [False, True, False, False, False, False, True, True]
    assert notes == [
        "Dropped 1 training images whose bytes stand in the test set too.",
        "Dropped 1 training images of groups (patients) that stand in the test set too.",
        "Dropped 2 training images that stand under two labels.",
        "Dropped 1 training images that repeat another.",
    ]


def test_a_repeat_in_the_test_set_stays() -> None:
    stays, notes = remove_leakage(np.zeros(2, int), np.zeros(2, int), ["x", "x"], np.ones(2, bool))
    assert stays.all()
    assert notes == ["Kept 1 test images that repeat another: the test set is measured as it comes."]
