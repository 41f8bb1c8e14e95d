"""Figures against small cases counted by hand, what must not change them, and inputs at the edge."""

from __future__ import annotations

import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score

from webparity.errors import UsageError
from webparity.models.baked import compute_top1
from webparity.train.evaluation.metrics import Metrics, measure

AB = ("a", "b")
ABC = ("a", "b", "c")


def _compute_binary(labels: list[int], positive: list[float]) -> Metrics:
    b = np.array(positive)
    return measure(np.array(labels), np.stack([1 - b, b], axis=1), AB)


def test_two_classes_counted_by_hand() -> None:
    # Predicted: 1, 0, 1, 0, 1; right but for the second and the third.
    metrics = _compute_binary([1, 1, 0, 0, 1], [0.9, 0.4, 0.6, 0.2, 0.7])
    assert metrics.images == 5
    assert metrics.positive == "b"
    assert metrics.confusion == [[1, 1], [1, 2]]
    assert metrics.accuracy == 3 / 5
    assert metrics.balanced_accuracy == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert metrics.log_loss == pytest.approx(-np.mean(np.log([0.9, 0.4, 0.4, 0.8, 0.7])))
    negative, positive = metrics.classes
    assert (negative.label, negative.images, positive.label, positive.images) == ("a", 2, "b", 3)
    assert (negative.precision, negative.recall, negative.f1) == (1 / 2, 1 / 2, 1 / 2)
    assert positive.precision == positive.recall == positive.f1 == pytest.approx(2 / 3)
    assert metrics.macro.precision == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert metrics.weighted.f1 == pytest.approx((2 * 1 / 2 + 3 * 2 / 3) / 5)
    # Of the 3 x 2 pairs only (0.4, 0.6) is in the wrong order.
    assert [metrics.roc_auc, negative.roc_auc, positive.roc_auc] == pytest.approx([5 / 6] * 3)
    # Recall rises by a third at ranks 1, 2 and 4 of 0.9 0.7 0.6 0.4 0.2.
    assert metrics.pr_auc == positive.pr_auc == pytest.approx((1 + 1 + 3 / 4) / 3)
    # Ranks of the other class's probability: 0.8 is it, 0.6 is not, 0.4 is.
    assert negative.pr_auc == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_of_two_classes_speaks_of_the_positive_one() -> None:
    metrics = _compute_binary([1, 0, 1, 1], [0.85, 0.81, 0.02, 0.04])
    low, high = metrics.calibration
    assert (low.probability, low.frequency, low.images) == (pytest.approx(0.03), 1.0, 2)
    assert (high.probability, high.frequency, high.images) == (pytest.approx(0.83), 0.5, 2)
    assert metrics.expected_calibration_error == pytest.approx((0.97 + 0.33) / 2)


def test_three_classes_counted_by_hand() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1]])
    metrics = measure(np.array([0, 1, 2, 1]), probabilities, ABC)
    assert metrics.positive is None
    assert metrics.confusion == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
    assert [c.precision for c in metrics.classes] == [1 / 2, 1 / 2, 0.0]
    assert [c.recall for c in metrics.classes] == [1.0, 1 / 2, 0.0]
    assert metrics.balanced_accuracy == pytest.approx(1.5 / 3)
    # a: above all others; b: 0.7 and 0.3 against 0.1 and 0.4; c: above all others.
    assert [c.roc_auc for c in metrics.classes] == [1.0, 3 / 4, 1.0]
    assert metrics.roc_auc == pytest.approx((1 + 3 / 4 + 1) / 3)
    # The stated probability is the largest of each row: 0.8 and 0.7 came true, 0.4 and 0.6 did not.
    assert [(round(b.probability, 6), b.frequency) for b in metrics.calibration] == [
        (0.4, 0.0),
        (0.6, 0.0),
        (0.7, 1.0),
        (0.8, 1.0),
    ]
    assert metrics.expected_calibration_error == pytest.approx((0.2 + 0.3 + 0.4 + 0.6) / 4)


def test_perfect_predictions() -> None:
    metrics = measure(np.arange(6) % 3, np.eye(3)[np.arange(6) % 3], ABC)
    assert {metrics.accuracy, metrics.balanced_accuracy, metrics.roc_auc, metrics.pr_auc, metrics.macro.f1} == {1.0}
    assert metrics.log_loss == pytest.approx(0, abs=1e-12)
    assert metrics.expected_calibration_error == 0


def test_ties_go_to_the_lowest_index_and_say_nothing_of_the_order() -> None:
    metrics = measure(np.array([0, 1, 1, 2]), np.full((4, 3), 1 / 3), ABC)
    assert metrics.confusion == [[1, 0, 0], [2, 0, 0], [1, 0, 0]]
    assert metrics.roc_auc == 0.5
    assert metrics.log_loss == pytest.approx(math.log(3))


def test_an_absent_class_has_no_figures_and_no_part_in_the_means() -> None:
    metrics = measure(np.array([0, 0, 1]), np.array([[0.9, 0.1, 0.0], [0.2, 0.1, 0.7], [0.1, 0.8, 0.1]]), ABC)
    absent = metrics.classes[2]
    assert absent.images == 0
    assert [absent.precision, absent.recall, absent.f1, absent.roc_auc, absent.pr_auc] == [None] * 5
    assert metrics.balanced_accuracy == (1 / 2 + 1) / 2
    assert metrics.roc_auc == 1.0


def test_one_image_has_no_curve() -> None:
    metrics = measure(np.array([1]), np.array([[0.3, 0.7]]), AB)
    assert (metrics.accuracy, metrics.balanced_accuracy, metrics.images) == (1.0, 1.0, 1)
    assert metrics.roc_auc is metrics.pr_auc is metrics.classes[1].roc_auc is None
    assert "roc_auc" not in metrics.summarize()


def test_the_summary_is_finite_and_speaks_of_the_positive_class_of_two() -> None:
    two = _compute_binary([1, 1, 0, 0, 1], [0.9, 0.4, 0.6, 0.2, 0.7]).summarize()
    assert two["f1"] == two["precision"] == pytest.approx(2 / 3)
    three = measure(np.array([0, 1, 2]), np.eye(3), ABC).summarize()
    assert set(two) - set(three) == {"precision", "recall", "f1"}
    assert {"images", "accuracy", "balanced_accuracy", "log_loss", "f1_macro", "roc_auc"} < set(three)
    assert all(isinstance(value, float) and math.isfinite(value) for value in two.values())


def test_float32_rounding_is_evened_out() -> None:
    probabilities = np.array([[0.1, 0.9], [1 / 3, 2 / 3]], dtype=np.float32)
    assert measure(np.array([1, 0]), probabilities, AB).log_loss == pytest.approx(
        -(math.log(0.9) + math.log(1 / 3)) / 2
    )


@pytest.mark.parametrize(
    ("labels", "probabilities", "said"),
    [
        ([], np.zeros((0, 3)), "at least one image"),
        ([0, 1], np.full((1, 3), 1 / 3), "2 labels"),
        ([0], np.full((1, 2), 1 / 2), r"\[1, 2\]"),
        ([3], np.full((1, 3), 1 / 3), "labels 0 to 2"),
        ([-1], np.full((1, 3), 1 / 3), "labels 0 to 2"),
        ([0], np.array([[np.nan, 0.5, 0.5]]), "sum to 1"),
        ([0], np.array([[2.0, -0.5, -0.5]]), "sum to 1"),
        ([0], np.array([[0.9, 0.9, 0.9]]), "sum to 1"),
    ],
)
def test_invalid_classifications_are_refused(labels: list[int], probabilities: NDArray[np.float64], said: str) -> None:
    with pytest.raises(UsageError, match=f"Expected .*{said}"):
        measure(np.array(labels, dtype=np.int64), probabilities, ABC)


@st.composite
def classifications(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Labels and probabilities of 2 to 4 classes, with ties, absent classes and certain zeros among them."""
    images, classes = draw(st.integers(1, 12)), draw(st.integers(2, 4))
    labels = draw(arrays(np.int64, images, elements=st.integers(0, classes - 1)))
    weights = draw(arrays(np.int64, (images, classes), elements=st.integers(0, 5))).astype(np.float64)
    weights[weights.sum(axis=1) == 0] = 1
    return labels, weights / weights.sum(axis=1, keepdims=True)


def _make_names(probabilities: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple("abcd"[: probabilities.shape[1]])


@settings(max_examples=60)
@given(classifications())
def test_every_figure_can_be_written_and_read_as_json(case: tuple[NDArray[np.int64], NDArray[np.float64]]) -> None:
    labels, probabilities = case
    metrics = measure(labels, probabilities, _make_names(probabilities))
    written = msgspec.json.encode(metrics)
    assert msgspec.json.decode(written, type=Metrics) == metrics
    json.loads(written, parse_constant=pytest.fail)
    assert np.sum(metrics.confusion) == len(labels) == sum(b.images for b in metrics.calibration)
    assert 0 <= metrics.expected_calibration_error <= 1
    if (
        set(compute_top1(probabilities)) <= set(labels) and len(set(labels)) > 1
    ):  # scikit-learn's own warns of the others
        assert metrics.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels, compute_top1(probabilities)))


@settings(max_examples=60)
@given(classifications(), st.randoms(use_true_random=False))
def test_the_order_of_the_images_does_not_matter(
    case: tuple[NDArray[np.int64], NDArray[np.float64]], random: st.random.Random
) -> None:
    labels, probabilities = case
    order = random.sample(range(len(labels)), len(labels))
    one = measure(labels, probabilities, _make_names(probabilities))
    other = measure(labels[order], probabilities[order], _make_names(probabilities))
    assert other.confusion == one.confusion
    assert other.classes == one.classes
    assert other.summarize() == pytest.approx(one.summarize())


@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_the_order_of_the_classes_only_moves_their_rows(images: int, classes: int, seed: int) -> None:
    # No ties here: the label of one, and what its rounding makes of it, depend on the order.
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, images)
    probabilities = random.dirichlet(np.ones(classes), images)
    names, order = _make_names(probabilities), random.permutation(classes)
    one = measure(labels, probabilities, names)
    other = measure(np.argsort(order)[labels], probabilities[:, order], tuple(names[i] for i in order))
    assert other.classes == [one.classes[i] for i in order]
    assert other.confusion == np.array(one.confusion)[np.ix_(order, order)].tolist()
    assert other.accuracy == one.accuracy
    assert other.log_loss == pytest.approx(one.log_loss)
    assert other.macro.f1 == pytest.approx(one.macro.f1)
