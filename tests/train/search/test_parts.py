from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webparity.errors import DatasetError, UsageError
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.search.parts import Parts


def split(labels: list[int], groups: list[int] | None = None) -> Split:
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1).repeat(3, axis=3)
    return Split(images, np.array(labels), None if groups is None else np.array(groups))


def make_dataset(training: Split, validation: Split) -> Dataset:
    return Dataset("drawn", ("a", "b"), training, validation, split([0, 1]))


def get_patients(part: Split) -> set[int]:
    assert part.groups is not None
    return set(part.groups.tolist())


@settings(max_examples=30)
@given(patients=st.integers(8, 20), shots=st.integers(1, 4), folds=st.integers(2, 4), seed=st.integers(0, 9))
def test_folds_cover_the_pool_once_and_share_no_patient(patients: int, shots: int, folds: int, seed: int) -> None:
    groups = np.arange(2 * patients).repeat(shots)
    labels = groups % 2
    cut = len(groups) // 5
    whole = split(labels.tolist(), groups.tolist())
    parts = Parts(
        make_dataset(whole.take(np.arange(cut, len(groups))), whole.take(np.arange(cut))),
        folds=folds,
        share=1.0,
        seed=seed,
    )
    assert len(parts) == folds
    measured = np.concatenate([parts.find_measured(number) for number in range(folds)])
    assert sorted(measured.tolist()) == list(range(len(groups)))
    for number, part in enumerate(parts):
        np.testing.assert_array_equal(part.test.labels, parts.pool.labels[parts.find_measured(number)])
        sides = [get_patients(side) for side in (part.train, part.validation, part.test)]
        assert sum(map(len, sides)) == len(set.union(*sides)) == 2 * patients
        assert all(set(side.labels.tolist()) == {0, 1} for side in (part.train, part.validation))


def test_without_folds_trials_are_measured_on_the_validation_split() -> None:
    given_data = make_dataset(split([0, 1] * 20, list(range(40))), split([0, 1] * 5, list(range(40, 50))))
    (part,) = Parts(given_data, folds=None)
    assert part.train is given_data.train
    assert part.test is part.validation is given_data.validation


@pytest.mark.parametrize("share", [0.2, 1 / 3, 0.5, 0.75])
@pytest.mark.parametrize("grouped", [True, False])
def test_a_share_keeps_classes_and_whole_patients(share: float, grouped: bool) -> None:
    labels, patients = [0, 0, 1, 1] * 30, [i // 2 for i in range(120)]
    whole = split(labels, patients if grouped else None)
    (part,) = Parts(make_dataset(whole, split([0, 1], [98, 99])), folds=None, share=share, seed=3)
    assert len(part.train) == pytest.approx(share * 120, abs=8)
    assert np.mean(part.train.labels) == pytest.approx(0.5, abs=0.05)
    if grouped:
        assert part.train.groups is not None
        assert set(np.unique(part.train.groups, return_counts=True)[1].tolist()) == {2}


def test_leave_one_out_leaves_out_one_patient_or_one_image() -> None:
    training, validation = ([0, 0, 1, 1, 0, 1] * 2, [i // 2 for i in range(12)]), ([0, 1], [6, 7])
    grouped = Parts(make_dataset(split(*training), split(*validation)), folds="loo")
    assert [len(part.test) for part in grouped] == [2] * 6 + [1] * 2
    single = Parts(make_dataset(split(training[0]), split(validation[0])), folds="loo")
    assert [len(part.test) for part in single] == [1] * 14


@pytest.mark.parametrize(
    ("folds", "grouped", "said"),
    [
        (4, True, "2 to 3 folds, since b has 3 patients; received 4"),
        (1, True, "2 to 3 folds, since b has 3 patients; received 1"),
        (8, False, "2 to 6 folds, since b has 6 images; received 8"),
    ],
)
def test_too_many_folds_are_refused(folds: int, grouped: bool, said: str) -> None:
    training = split([0] * 10 + [1] * 5, [*range(10), 10, 10, 11, 11, 11] if grouped else None)
    validation = split([0, 1], [20, 12] if grouped else None)
    with pytest.raises(UsageError, match=said):
        Parts(make_dataset(training, validation), folds=folds)


@pytest.mark.parametrize("folds", [2, "loo"])
def test_a_class_of_one_patient_is_refused(folds: int | Literal["loo"]) -> None:
    training = split([0] * 10 + [1] * 5, [*range(10), *[10] * 5])
    with pytest.raises(DatasetError, match=r"received .*class of one patient|received 1 of b"):
        Parts(make_dataset(training, split([0, 1], [20, 10])), folds=folds)


def test_leaving_out_thousands_is_refused() -> None:
    with pytest.raises(UsageError, match="at most 500 images to leave out one at a time; received 602"):
        Parts(make_dataset(split([0, 1] * 300), split([0, 1])), folds="loo")


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, float("nan")])
def test_shares_out_of_range_are_refused(share: float) -> None:
    with pytest.raises(UsageError, match="share above 0"):
        Parts(make_dataset(split([0, 1]), split([0, 1])), folds=None, share=share)


def test_files_are_pooled_as_files(chest: Dataset) -> None:
    parts = Parts(replace(chest, test=split([0, 1])), folds=3)
    images: Any = parts.pool.images
    assert len(images.files) == len(chest.train) + len(chest.validation)
    assert parts.pool.names[-1] == chest.validation.names[-1]
    np.testing.assert_array_equal(images[len(chest.train)], chest.validation.images[0])
