"""The comparison of answers that are no probabilities: scores, several labels, measured values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from webparity.outputs.model_output import ModelOutput
from webparity.parity.comparison.compare import Comparison, compare
from webparity.parity.comparison.stage_failure_message import describe_stage_failure
from webparity.parity.result import Answer, RunResult
from webparity.verification.tolerance import TOLERANCES, Resolution

SCORES = ModelOutput(kind="scores", rule="argmax")
SIGN = ModelOutput(kind="scores", rule="sign")
VOTES = ModelOutput(kind="scores", rule="votes")
SEVERAL = ModelOutput(kind="multilabel", thresholds=(0.5, 0.25))
VALUES = ModelOutput(kind="values", units=("years",))
NAMES = ["a", "b"]


def make_run(output: ModelOutput, *rows: list[float]) -> RunResult:
    def make_answer(row: list[float]) -> Answer:
        numbers = np.array(row, np.float32)
        taps: dict[str, Any] = {output.kind: numbers}
        if output.kind == "multilabel":
            taps = {"probabilities": numbers, "scores": np.log(numbers / (1 - numbers))}
        return Answer(rgb8="alike", **taps)

    return RunResult(outcomes=tuple(map(make_answer, rows)), pixel_drift=np.zeros(len(rows)))


def compare_rows(output: ModelOutput, expected: list[list[float]], received: list[list[float]]) -> Comparison:
    return compare(
        make_run(output, *expected),
        make_run(output, *received),
        TOLERANCES["cpu"],
        NAMES[: len(expected)],
        output=output,
    )


@pytest.mark.parametrize(
    ("output", "rows"),
    [
        (SCORES, [[1.0, -2.0], [0.5, 0.75]]),
        (SIGN, [[1.0], [-0.5]]),
        (VOTES, [[2.25, 0.75], [0.125, 2.0]]),
        (SEVERAL, [[0.75, 0.125], [0.25, 0.125]]),
        (VALUES, [[63.5], [20.0]]),
    ],
)
def test_the_same_numbers_pass(output: ModelOutput, rows: list[list[float]]) -> None:
    stages = compare_rows(output, rows, rows)
    assert stages.find_first_failing() is None
    assert (stages.top1 is not None) == (output.kind == "scores")
    assert (stages.labels is not None) == (output.kind == "multilabel")
    assert (stages.values is not None) == (output.kind == "values")
    assert (stages.probabilities is not None) == (output.kind == "multilabel")


def test_scores_are_held_to_their_span() -> None:
    # The span is 4; a hundred thousandth of it is twice the limit.
    stages = compare_rows(SCORES, [[2.0, -2.0]], [[2.00004, -2.0]])
    assert stages.find_first_failing() == "scores"
    assert stages.scores is not None
    assert stages.scores.max_rel == pytest.approx(1e-5, rel=1e-2)


def test_another_label_of_equal_scores_fails() -> None:
    stages = compare_rows(SIGN, [[1e-7], [1.0]], [[-1e-7], [1.0]])
    assert stages.find_first_failing() == "top1"
    assert stages.top1 is not None
    (flip,) = stages.top1.flipped
    assert (flip.reference, flip.run, flip.margin) == (1, 0, pytest.approx(1e-7))
    assert "labels flipped, first a from 1 to 0" in describe_stage_failure("top1", stages)


def test_within_the_rounding_of_its_scores_another_label_is_undecided() -> None:
    reference, run = make_run(SIGN, [1e-7], [1.0]), make_run(SIGN, [-1e-7], [1.0])
    stages = compare(
        reference, run, TOLERANCES["cpu"], NAMES, resolution=Resolution(scale=1.0, rounding=1e-7), output=SIGN
    )
    assert stages.find_first_failing() is None
    assert stages.top1 is not None
    assert stages.top1.undecided == ["a"]


def test_another_set_of_labels_fails_however_near_the_threshold() -> None:
    stages = compare_rows(SEVERAL, [[0.5, 0.125], [0.75, 0.5]], [[0.4999999, 0.125], [0.75, 0.5]])
    assert stages.find_first_failing() == "labels"
    assert stages.labels is not None
    (change,) = stages.labels.changes
    assert (change.image, change.reference, change.run, change.margin) == ("a", [0], [], 0.0)
    assert "1 images have other labels, first a with [] for [0]" in describe_stage_failure("labels", stages)


def test_probabilities_of_several_labels_need_not_sum_to_one_but_stay_within_0_and_1() -> None:
    answer = Answer(rgb8="alike", probabilities=np.array([0.75, 1.5], np.float32), scores=np.zeros(2, np.float32))
    good = Answer(rgb8="alike", probabilities=np.array([0.75, 0.9], np.float32), scores=np.zeros(2, np.float32))
    runs = [RunResult(outcomes=(each,), pixel_drift=np.zeros(1)) for each in (good, good, answer)]
    assert compare(runs[0], runs[1], TOLERANCES["cpu"], ["a"], output=SEVERAL).find_first_failing() is None
    stages = compare(runs[0], runs[2], TOLERANCES["cpu"], ["a"], output=SEVERAL)
    assert stages.probabilities is not None
    assert stages.probabilities.improper == 1
    assert "outside of 0 to 1 for a label" in describe_stage_failure("probabilities", stages)


def test_values_are_held_to_their_span_and_told_in_their_unit() -> None:
    stages = compare_rows(VALUES, [[60.0], [20.0]], [[60.0], [20.01]])
    assert stages.find_first_failing() == "values"
    assert stages.values is not None
    assert stages.values.max_abs == pytest.approx(0.01, rel=1e-3)
    assert stages.values.max_rel == pytest.approx(0.01 / 40, rel=1e-3)
    assert "values: differ by up to 0.00025 of their range" in describe_stage_failure("values", stages)


@pytest.mark.parametrize("output", [SCORES, SEVERAL, VALUES])
def test_nothing_compared_is_no_pass(output: ModelOutput) -> None:
    assert compare_rows(output, [], []).find_first_failing() == "decode"


@pytest.mark.parametrize(("output", "stage"), [(SCORES, "scores"), (VALUES, "values")])
def test_nan_fails(output: ModelOutput, stage: str) -> None:
    stages = compare_rows(output, [[1.0]], [[float("nan")]])
    assert stages.find_first_failing() == stage
    found = stages.find_first_failing()
    assert found is not None
    assert "not finite" in describe_stage_failure(found, stages)
