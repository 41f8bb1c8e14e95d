from pathlib import Path

import msgspec
import pytest

import webparity.verification.report as module
from webparity.errors import ParityError, RuntimeUnavailable, UsageError
from webparity.verification.report import Integrity, Pixels, Reference, Report, Run, from_json, generate_schema, to_json


def report(*runs: Run, **changes: object) -> Report:
    fields = {
        "bundle": "0" * 64,
        "name": "tiny",
        "labels": ["a", "b"],
        "images": 2,
        "integrity": Integrity(ok=True, failing=[]),
        "reference": Reference(runtime="keras", version="3", verdict="pass"),
        "verdict": "pass",
        "runs": list(runs),
    }
    return Report(**(fields | changes))


def run(verdict: str) -> Run:
    return Run(
        name="onnxruntime",
        runtime="onnxruntime",
        version="1",
        artifact="onnx-float32",
        backend="cpu",
        engine="python 3",
        verdict=verdict,
        pixels=Pixels(ok=True, max_abs=0.1 + 0.2, tolerance=1e-3, nonfinite=0, worst="a.png"),
    )


def test_a_report_survives_json_to_the_bit() -> None:
    original = report(run("pass"))
    assert from_json(to_json(original)) == original


def test_the_committed_schema_is_the_classes_own() -> None:
    assert (Path(module.__file__).resolve().with_name("report.schema.json")).read_bytes() == generate_schema()


def test_the_schema_names_every_field_of_a_run() -> None:
    properties = msgspec.json.decode(generate_schema())["$defs"]["Run"]["properties"]
    assert list(properties) == list(Run.__dataclass_fields__)


def test_a_report_without_the_stage_of_bits_is_read() -> None:
    document = msgspec.json.decode(to_json(report(run("pass"))))
    assert document["runs"][0].pop("bits") is None
    assert from_json(msgspec.json.encode(document)) == report(run("pass"))


def test_another_document_is_refused() -> None:
    with pytest.raises(UsageError, match="report of format 1"):
        from_json(b'{"format": 2}')


def test_a_pass_raises_nothing() -> None:
    report(run("pass")).raise_for_verdict()


@pytest.mark.parametrize(
    ("changes", "verdict", "error"),
    [
        ({}, "fail", ParityError),
        ({"missing": ["keras"]}, "fail", ParityError),
        ({"missing": ["keras"]}, "pass", RuntimeUnavailable),
        ({"integrity": Integrity(ok=False, failing=["site/x"]), "missing": ["keras"]}, "pass", ParityError),
        ({}, "unavailable", ParityError),
    ],
    ids=["run failed", "failed and missing", "only missing", "damaged and missing", "nothing ran"],
)
def test_the_error_tells_failures_from_absence(
    changes: dict[str, object], verdict: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="the reason") as caught:
        report(run(verdict), verdict="fail", reason="the reason", **changes).raise_for_verdict()
    assert type(caught.value) is error
