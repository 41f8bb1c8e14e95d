from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webparity.errors import DatasetError
from webparity.train.datasets.splits import hold_out, hold_out_groups

# Each patient: a label and a number of images.
_PATIENTS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=60)


def _make_images(patients: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat([label for label, _ in patients], [count for _, count in patients])
    return labels.astype(np.int64), np.repeat(np.arange(len(patients)), [count for _, count in patients])


@settings(max_examples=60)
@given(patients=_PATIENTS, share=st.sampled_from([0.15, 0.2, 0.5]))
def test_a_split_by_patient_shares_none_and_keeps_every_class(patients: list[tuple[int, int]], share: float) -> None:
    labels, groups = _make_images(patients)
    if min(np.bincount([label for label, _ in patients])[np.unique(labels)]) < 2:
        with pytest.raises(DatasetError, match="received 1 of the rarest class"):
            hold_out_groups(labels, groups, share, seed=0)
        return
    kept, out = hold_out_groups(labels, groups, share, seed=0)
    assert sorted([*kept, *out]) == list(range(len(labels)))
    assert not set(groups[kept]) & set(groups[out])
    assert set(labels[kept]) == set(labels[out]) == set(labels)


def test_a_split_by_patient_meets_its_share_in_every_class() -> None:
    random = np.random.default_rng(0)
    labels, groups = _make_images(
        [(int(label), int(count)) for label, count in random.integers((0, 1), (3, 5), (600, 2))]
    )
    for share in (0.15, 0.2):
        _, out = hold_out_groups(labels, groups, share, seed=0)
        for label in range(3):
            assert np.mean(labels[out] == label) == pytest.approx(np.mean(labels == label), abs=0.01)
            assert len(out) / len(labels) == pytest.approx(share, abs=0.01)


def test_a_patient_of_two_classes_stays_whole() -> None:
    groups = np.repeat(np.arange(10), 2)
    labels = np.tile([0, 1], 10)
    kept, out = hold_out_groups(labels, groups, 0.2, seed=0)
    assert not set(groups[kept]) & set(groups[out])
    assert len(out) == 4


def test_one_image_of_a_class_cannot_be_split() -> None:
    with pytest.raises(DatasetError, match="enough images of every class"):
        hold_out(np.array([0, 0, 0, 1]), 2, seed=0)
