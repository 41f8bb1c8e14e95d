"""Undecided images: accepted only where the reference gives the same answer to the run's own pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from webparity.parity.comparison.compare import Comparison, compare
from webparity.parity.comparison.stage_failure_message import describe_stage_failure
from webparity.parity.comparison.undecided import add_reference_on_pixels
from webparity.parity.result import Answer, Outcome, RefusedImage, RunResult
from webparity.verification.tolerance import TOLERANCES

NAMES = ["first", "second"]


def _answer(positive: float) -> Answer:
    values = np.array([1 - positive, positive], dtype=np.float32)
    return Answer(rgb8="same", probabilities=values, scores=values, pixels=np.zeros((1, 1, 1), np.float32))


def _compare(run: Answer, on_pixels: Answer | None, drift: float = 1e-5) -> Comparison:
    reference = RunResult(outcomes=(_answer(0.2), _answer(0.6)), pixel_drift=np.zeros(2))
    outcomes = (_answer(0.2), replace(run, on_pixels=on_pixels))
    return compare(reference, RunResult(outcomes=outcomes, pixel_drift=np.full(2, drift)), TOLERANCES["cpu"], NAMES)


@pytest.mark.parametrize("positive", [0.61, 0.4])
def test_an_image_is_undecided_where_the_reference_follows_the_pixels(positive: float) -> None:
    stages = _compare(_answer(positive), _answer(positive))
    assert stages.find_first_failing() is None
    assert stages.top1.undecided == ["second"]
    assert stages.probabilities.max_abs == 0


def test_it_is_wrong_where_the_reference_does_not() -> None:
    for on_pixels in (_answer(0.6), None):
        stages = _compare(_answer(0.4), on_pixels)
        assert stages.find_first_failing() == "scores"
        assert stages.top1.undecided == []
        assert [flip.image for flip in stages.top1.flipped] == ["second"]


def test_pixels_are_held_to_their_limit_all_the_same() -> None:
    assert _compare(_answer(0.4), _answer(0.4), drift=0.5).find_first_failing() == "pixels"


def test_agreement_is_not_called_undecided() -> None:
    assert _compare(_answer(0.6), _answer(0.1)).top1.undecided == []


def test_the_reference_answers_finite_pixels_only() -> None:
    broken = replace(_answer(0.5), pixels=np.full((1, 1, 1), np.nan, np.float32))
    outcomes: list[Outcome] = [_answer(0.5), RefusedImage(code="corrupt", message=""), broken]
    told = np.array([[0.9, 0.1]], dtype=np.float32)
    first, second, third = add_reference_on_pixels(outcomes, lambda _: {"scores": told, "probabilities": told})
    assert isinstance(first, Answer)
    assert first.on_pixels is not None
    assert np.array_equal(first.on_pixels.probabilities, told[0])
    assert (second, third) == (outcomes[1], outcomes[2])


def test_where_all_are_undecided_nothing_was_compared() -> None:
    reference = RunResult(outcomes=(_answer(0.6), _answer(0.6)), pixel_drift=np.zeros(2))
    outcomes = tuple(replace(_answer(0.4), on_pixels=_answer(0.4)) for _ in range(2))
    run = RunResult(outcomes=outcomes, pixel_drift=np.full(2, 1e-5))
    stages = compare(reference, run, TOLERANCES["cpu"], NAMES)
    assert stages.find_first_failing() == "scores"
    assert "all 2 are undecided" in describe_stage_failure("scores", stages)


@pytest.mark.parametrize("marked", [True, False])
def test_a_stored_answer_that_was_marked_at_export_may_go_either_way(*, marked: bool) -> None:
    stored = RunResult(outcomes=(_answer(0.2), replace(_answer(0.6), undecided=marked)), pixel_drift=np.zeros(2))
    run = RunResult(outcomes=(_answer(0.2), _answer(0.4)), pixel_drift=np.zeros(2))
    stages = compare(stored, run, TOLERANCES["cpu"], NAMES)
    assert stages.top1.undecided == (["second"] if marked else [])
    assert stages.find_first_failing() == (None if marked else "scores")
