"""Shared cases of the verdict's rules, which the TypeScript suite reads too (web/tests/page/parity-cases.test.ts)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.bundle.manifest import decode_float32, encode_float32
from webparity.decode.contract import CONTRACT, MAX_PIXELS, MAX_SIDE
from webparity.decode.refusal_text import make_refusal
from webparity.models.baked import compute_top1
from webparity.models.probabilities import describe_probability_fault
from webparity.parity.comparison.compare import compare
from webparity.parity.result import Answer, RunResult
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import TOLERANCES, Resolution, apply_resolution, get_device_class
from webparity.wasm.bindings import RefusalCode

CASES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "shared" / "parity-cases.json").read_text())


def _list_cases(section: str) -> Any:
    return pytest.mark.parametrize("case", CASES[section], ids=lambda case: case["name"])


def _decode_float32(values: Any) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def test_the_table_is_the_cases_own() -> None:
    assert {device: asdict(limits) for device, limits in TOLERANCES.items()} == CASES["tolerances"]


@_list_cases("spans")
def test_spans(case: dict[str, Any]) -> None:
    assert compute_score_span(_decode_float32(case["scores"]), _decode_float32(case["probabilities"])) == pytest.approx(
        case["span"], rel=1e-6
    )


@_list_cases("limits")
def test_limits(case: dict[str, Any]) -> None:
    resolution = Resolution(rounding=case["rounding"])
    device = case["device"]
    table = TOLERANCES["cpu"]
    limits = apply_resolution(table, resolution, device, np.array(case["probabilities"]))
    expected = case["expected"]
    assert limits.probabilities == pytest.approx(expected["probabilities"], rel=1e-9)
    assert limits.margin == pytest.approx(expected["margin"], rel=1e-9)
    assert (limits.pixels, limits.scores) == (table.pixels, table.scores)


@pytest.mark.parametrize("backend", CASES["devices"])
def test_devices(backend: str) -> None:
    assert get_device_class(backend) == CASES["devices"][backend]


@pytest.mark.parametrize("case", CASES["labels"], ids=str)
def test_labels(case: dict[str, Any]) -> None:
    assert compute_top1(_decode_float32(case["probabilities"])) == case["label"]


@pytest.mark.parametrize("case", CASES["float32"], ids=str)
def test_float32(case: dict[str, Any]) -> None:
    assert decode_float32(case["base64"]).tolist() == case["values"]
    assert encode_float32(np.array(case["values"])) == case["base64"]


@pytest.mark.parametrize("case", CASES["probabilities"], ids=str)
def test_probabilities(case: dict[str, Any]) -> None:
    assert (describe_probability_fault(_decode_float32(case["values"])) is None) is case["sound"]


def test_the_contracts_limits_and_codes() -> None:
    contract = CASES["contract"]
    assert contract["name"] == CONTRACT
    assert (contract["max_pixels"], contract["max_side"]) == (MAX_PIXELS, MAX_SIDE)
    assert set(contract["refusals"]) == set(get_args(RefusalCode))


@pytest.mark.parametrize("code", CASES["contract"]["refusals"])
def test_messages_of_refusals(code: RefusalCode) -> None:
    rule, fix = CASES["contract"]["refusals"][code]
    refusal = make_refusal(code, "something", "image")
    assert (refusal.code, str(refusal)) == (code, f"Expected {rule}; received something (image). {fix}")


@pytest.mark.parametrize("case", CASES["contract"]["advice"], ids=lambda case: case["received"])
def test_the_decoder_s_own_advice_takes_the_place_of_the_fix(case: dict[str, Any]) -> None:
    assert str(make_refusal(case["code"], case["received"], "photo")) == case["message"]


@_list_cases("verdicts")
def test_verdicts(case: dict[str, Any]) -> None:
    def answer(of: dict[str, Any]) -> RunResult:
        one = Answer(
            rgb8=of.get("decoded", "alike"),
            probabilities=_decode_float32(of["probabilities"]),
            scores=_decode_float32(of["scores"]),
        )
        return RunResult(outcomes=(one,), pixel_drift=np.zeros(1))

    stages = compare(
        answer(case),
        answer(case["ran"]),
        TOLERANCES[case["device"]],
        ["image"],
        resolution=Resolution(scale=case.get("scale", 0.0), rounding=case.get("rounding", 0.0)),
        device=case["device"],
    )
    assert (stages.find_first_failing() is None) is case["pass"]
