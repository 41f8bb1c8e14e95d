"""The kinds of outputs on the cases that web/tests/runtime/outputs/output-cases.test.ts reads too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind, list_output_kinds
from webparity.verification.tolerance import TOLERANCES, Resolution

CASES = json.loads((Path(__file__).parents[2] / "shared/output-cases.json").read_text())


def _read(case: dict[str, Any]) -> ModelOutput:
    return msgspec.convert(case["output"], ModelOutput)


def test_every_kind_has_cases() -> None:
    assert {_read(case).kind for case in CASES["kinds"]} == set(list_output_kinds())


@pytest.mark.parametrize("case", CASES["kinds"], ids=lambda case: case["name"])
def test_labels_margins_and_faults(case: dict[str, Any]) -> None:
    output, row = _read(case), np.array(case["row"], np.float32)
    kind = get_output_kind(output)
    assert kind.find_contradiction(output, case["labels"]) is None
    assert kind.count_numbers(output, case["labels"]) == len(row)
    assert kind.decide(row[np.newaxis], output) == [tuple(case["decided"])]
    assert kind.compute_margins(row[np.newaxis], output)[0] == (np.inf if case["margin"] is None else case["margin"])
    assert (kind.find_fault(row) is None) == case["sound"]
    assert kind.find_fault(row * np.float32("nan")) is not None


@pytest.mark.parametrize(
    "case", [case for case in CASES["kinds"] if case["margin"] is not None], ids=lambda c: c["name"]
)
def test_numbers_that_are_not_finite_have_no_label(case: dict[str, Any]) -> None:
    output = _read(case)
    row = np.array([[np.nan, *case["row"][1:]]], np.float32)
    assert get_output_kind(output).decide(row, output) == [(-1,)]


@pytest.mark.parametrize("case", CASES["contradictions"], ids=str)
def test_contradictions(case: dict[str, Any]) -> None:
    output = _read(case)
    assert get_output_kind(output).find_contradiction(output, case["labels"]) is not None


@pytest.mark.parametrize("case", CASES["limits"], ids=lambda case: case["name"])
def test_limits(case: dict[str, Any]) -> None:
    resolution = Resolution(scale=1.0, rounding=case["rounding"])
    kind = get_output_kind(_read(case))
    limits = kind.widen(TOLERANCES["cpu"], resolution, "cpu", np.array(case["rows"]))
    assert limits.probabilities == pytest.approx(case["probabilities"])
    assert limits.margin == pytest.approx(case["margin"])
    assert limits.scores == TOLERANCES["cpu"].scores
