import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from webparity.parity.comparison.compare import Comparison, compare
from webparity.parity.comparison.stage_failure_message import describe_stage_failure
from webparity.parity.result import Answer, Outcome, RefusedImage, RunResult, compute_pixel_drift
from webparity.verification.tolerance import TOLERANCES, widen_tolerances

CPU = TOLERANCES["cpu"]
SCORES = np.array([[4.0, 0.0, -6.0], [1.0, 1.5, 0.0], [-2.0, 0.0, 3.0], [0.0, 0.1, 0.2]])
NAMES = ["a.png", "b.png", "c.png", "d.png"]


def compute_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)


def make_result(
    scores: NDArray[np.float64] = SCORES,
    probabilities: NDArray[np.float64] | None = None,
    *,
    drift: float = 0.0,
    leaked: int = 0,
) -> RunResult:
    shares = compute_softmax(scores) if probabilities is None else probabilities
    outcomes = [
        Answer(rgb8=f"{i}", probabilities=p, scores=s, ms=float(i))
        for i, (s, p) in enumerate(zip(scores, shares, strict=True))
    ]
    return RunResult(outcomes=tuple(outcomes), pixel_drift=np.full(len(outcomes), drift), leaked_tensors=leaked)


def replace_outcome(base: RunResult, index: int, outcome: Outcome) -> RunResult:
    outcomes = list(base.outcomes)
    outcomes[index] = outcome
    return RunResult(outcomes=tuple(outcomes), pixel_drift=base.pixel_drift)


def compare_run(run: RunResult, reference: RunResult | None = None) -> Comparison:
    return compare(reference or make_result(), run, CPU, NAMES)


def test_the_reference_agrees_with_itself() -> None:
    stages = compare_run(make_result())
    assert stages.find_first_failing() is None
    assert stages.decode.identical == len(NAMES)
    assert stages.probabilities.max_abs == 0
    assert stages.top1.headroom is None
    assert stages.latency_ms is not None
    assert stages.latency_ms.median == 1.5


@pytest.mark.parametrize(
    ("run", "stage"),
    [
        (make_result(drift=2e-3), "pixels"),
        (make_result(SCORES + np.array([2e-4, 0, 0])), "scores"),
        (make_result(probabilities=compute_softmax(SCORES) + np.array([1e-5, 0, -1e-5])), "probabilities"),
        (make_result(leaked=1), "resources"),
        (make_result(SCORES + 1e-2, drift=1.0, leaked=3), "pixels"),
    ],
    ids=["pixels", "scores", "probabilities", "resources", "the first of several"],
)
def test_the_stage_that_parts_first_owns_the_failure(run: RunResult, stage: str) -> None:
    stages = compare_run(run)
    assert stages.find_first_failing() == stage
    assert describe_stage_failure(stage, stages).startswith(f"{stage}: ")


def test_values_that_are_no_probabilities_fail_with_any_limit() -> None:
    loose = widen_tolerances(scores=1.0, probabilities=1.0)["cpu"]
    off = compute_softmax(SCORES)
    off[2] *= 1.5
    stages = compare(make_result(), make_result(probabilities=off), loose, NAMES)
    assert stages.find_first_failing() == "probabilities"
    assert stages.probabilities.improper == 1
    assert "another sum than 1" in describe_stage_failure("probabilities", stages)
    assert compare(make_result(), make_result(), loose, NAMES).find_first_failing() is None


def test_scores_are_measured_by_the_range_of_the_reference() -> None:
    stages = compare_run(make_result(SCORES + 1e-4))
    assert stages.scores.max_rel == pytest.approx(1e-4 / 10)


def test_scores_without_a_range_are_measured_as_they_are() -> None:
    flat = np.zeros((4, 3))
    assert compare_run(make_result(flat + 1e-3), make_result(flat)).scores.max_rel == pytest.approx(1e-3)


def test_a_flip_is_listed_with_its_margin() -> None:
    shares = np.array([[0.5, 0.4, 0.1]] * 4)
    swapped = shares.copy()
    swapped[2] = [0.4, 0.5, 0.1]
    stages = compare_run(make_result(SCORES, swapped), make_result(SCORES, shares))
    assert [(flip.image, flip.reference, flip.run) for flip in stages.top1.flipped] == [("c.png", 0, 1)]
    assert stages.top1.flipped[0].margin == pytest.approx(0.1)
    assert not stages.top1.ok


def test_another_label_is_undecided_within_the_margin_of_a_reduced_precision_only() -> None:
    shares = np.array([[0.5, 0.4, 0.1]] * 4)
    swapped = shares.copy()
    swapped[2] = [0.4, 0.5, 0.1]
    reference, run = make_result(SCORES, shares), make_result(SCORES, swapped)
    wide = compare(reference, run, widen_tolerances(scores=0.0, probabilities=0.05)["cpu"], NAMES)
    assert (wide.top1.ok, wide.top1.flips, wide.top1.undecided) == (True, 0, ["c.png"])
    narrow = compare(reference, run, widen_tolerances(scores=0.0, probabilities=0.02)["cpu"], NAMES)
    assert [flip.image for flip in narrow.top1.flipped] == ["c.png"]
    assert narrow.top1.undecided == []


def test_a_tie_goes_to_the_lowest_index_on_both_sides() -> None:
    tied = np.array([[0.25, 0.5, 0.25], [0.4, 0.4, 0.2], [0.2, 0.4, 0.4], [1 / 3, 1 / 3, 1 / 3]])
    assert compare_run(make_result(SCORES, tied), make_result(SCORES, tied)).top1.flips == 0
    nudged = tied.copy()
    nudged[1, 1] += 1e-9
    stages = compare_run(make_result(SCORES, nudged), make_result(SCORES, tied))
    assert [flip.image for flip in stages.top1.flipped] == ["b.png"]
    assert stages.find_first_failing() == "top1"


def test_headroom_is_the_smallest_margin_over_twice_the_drift() -> None:
    shares = np.array([[0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.9, 0.1, 0.0]])
    stages = compare_run(make_result(SCORES, shares + np.array([1e-6, 0, 0])), make_result(SCORES, shares))
    assert stages.top1.smallest_margin == pytest.approx(0.2)
    assert stages.top1.headroom == pytest.approx(0.2 / 2e-6)


def test_an_image_decoded_otherwise_counts_there_and_nowhere_else() -> None:
    far = Answer(rgb8="other", probabilities=np.zeros(3), scores=np.full(3, 99.0))
    stages = compare_run(replace_outcome(make_result(), 1, far))
    assert stages.find_first_failing() == "decode"
    assert stages.decode.differing_images == ["b.png"]
    assert stages.scores.ok
    assert stages.top1.ok


@pytest.mark.parametrize(
    ("mine", "theirs", "alike"),
    [("corrupt", "corrupt", True), ("corrupt", "format", False), ("corrupt", None, False), (None, "corrupt", False)],
)
def test_a_refusal_must_be_the_same_refusal(mine: str | None, theirs: str | None, alike: bool) -> None:
    def make_refusing(code: str | None) -> RunResult:
        return (
            make_result() if code is None else replace_outcome(make_result(), 0, RefusedImage(code=code, message="no"))
        )

    decode = compare_run(make_refusing(theirs), make_refusing(mine)).decode
    assert (decode.refused_alike, decode.differing) == ((1, 0) if alike else (0, 1))
    assert decode.ok is alike


@given(
    kind=st.sampled_from(["scores", "probabilities"]),
    row=st.integers(0, 3),
    column=st.integers(0, 2),
    value=st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_a_value_that_is_not_finite_always_fails(kind: str, row: int, column: int, value: float) -> None:
    scores, shares = SCORES.copy(), compute_softmax(SCORES)
    (scores if kind == "scores" else shares)[row, column] = value
    stages = compare_run(make_result(scores, shares))
    assert stages.find_first_failing() == kind
    assert getattr(stages, kind).nonfinite == 1
    assert getattr(stages, kind).worst == NAMES[row]


def test_a_reference_that_is_not_finite_fails_too() -> None:
    broken = SCORES.copy()
    broken[0, 0] = np.nan
    assert compare_run(make_result(), make_result(broken, compute_softmax(SCORES))).find_first_failing() == "scores"


@given(
    direction=st.lists(st.floats(-1, 1), min_size=12, max_size=12),
    size=st.floats(1e-9, 1e-2),
    growth=st.floats(1, 1e3),
)
def test_a_larger_drift_is_never_judged_milder(direction: list[float], size: float, growth: float) -> None:
    step = np.array(direction).reshape(4, 3) * size

    def compare_scaled(factor: float) -> Comparison:
        run = make_result(SCORES + step * factor, compute_softmax(SCORES) + step * factor, drift=size * factor)
        return compare_run(run)

    small, large = compare_scaled(1.0), compare_scaled(growth)
    for stage in ("pixels", "scores", "probabilities"):
        assert getattr(small, stage).ok or not getattr(large, stage).ok


def test_pixel_drift_is_infinite_for_nan_and_for_another_shape() -> None:
    truth = np.zeros((2, 2, 1))
    assert compute_pixel_drift(np.full((2, 2, 1), 0.5, np.float32), truth) == 0.5
    assert compute_pixel_drift(np.full((2, 2, 1), np.nan, np.float32), truth) == np.inf
    assert compute_pixel_drift(np.zeros((2, 3, 1), np.float32), truth) == np.inf
    assert np.isnan(compute_pixel_drift(None, truth))


def test_infinite_pixel_drift_fails_at_pixels() -> None:
    stages = compare_run(make_result(drift=np.inf))
    assert stages.find_first_failing() == "pixels"
    assert stages.pixels.nonfinite == 4
    assert stages.pixels.max_abs is None
