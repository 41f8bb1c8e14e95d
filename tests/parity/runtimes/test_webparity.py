"""The module in every place that is quick to start; the browsers are in the matrix."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from webparity.bundle.read import Bundle
from webparity.bundle.write import make_file_entry
from webparity.errors import RuntimeUnavailable
from webparity.models.program_session import get_module_version
from webparity.parity import verify
from webparity.parity.result import Answer, Outcome
from webparity.parity.runtimes.node_arm64 import VARIABLE
from webparity.parity.runtimes.webparity_python import WebparityRuntime
from webparity.parity.samples import Sample
from webparity.verification.certificate import list_certificates
from webparity.verification.report import Report


def get_digest(report: Report) -> str:
    assert report.verdict == "pass", report.reason
    (certificate,) = list_certificates(report)
    return certificate.sha256


def test_python_passes_and_says_that_it_is_alone(program_bundle: Bundle) -> None:
    report = verify(program_bundle, runtimes=["webparity@python"])
    (run,) = report.runs
    assert (run.name, run.artifact, run.version) == ("webparity@python", "wasm-float32", get_module_version())
    assert run.bits is not None
    assert (run.bits.answers, run.bits.held_to) == (5, [])
    assert len(get_digest(report)) == 64


def test_the_same_digest_is_given_again_and_is_held_to_the_manifest(program_bundle: Bundle) -> None:
    digest = get_digest(verify(program_bundle, runtimes=["webparity@python"]))
    for kept, verdict in ((digest, "pass"), ("0" * 64, "fail")):
        artifacts = [replace(artifact, golden_bits=kept) for artifact in program_bundle.manifest.artifacts]
        bundle = replace(program_bundle, manifest=replace(program_bundle.manifest, artifacts=artifacts))
        report = verify(bundle, runtimes=["webparity@python"])
        assert (report.verdict, report.runs[0].stage) == (verdict, None if verdict == "pass" else "bits")


def test_a_file_that_is_no_program_fails_its_run(program_bundle: Bundle) -> None:
    name, manifest = "model.program", program_bundle.manifest
    data = bytes(manifest.files[name].bytes)
    (program_bundle.site / name).write_bytes(data)
    bundle = replace(program_bundle, manifest=replace(manifest, files=manifest.files | {name: make_file_entry(data)}))
    (run,) = verify(bundle, runtimes=["webparity@python"]).runs
    assert (run.verdict, run.stage, run.bits) == ("fail", None, None)
    assert "another file (model.program)" in run.reason


@pytest.mark.slow
def test_node_gives_the_bits_of_python(program_bundle: Bundle) -> None:
    report = verify(program_bundle, runtimes=["webparity@python", "webparity@node"], require=["webparity@node"])
    get_digest(report)
    assert [run.bits and run.bits.held_to for run in report.runs] == [["webparity@node"], ["webparity@python"]]


@pytest.mark.slow
def test_one_changed_bit_in_python_fails_there_and_names_the_image(
    program_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = get_digest(verify(program_bundle, runtimes=["webparity@python"]))
    manifest = program_bundle.manifest
    artifacts = [replace(artifact, golden_bits=digest) for artifact in manifest.artifacts]
    bundle = replace(program_bundle, manifest=replace(manifest, artifacts=artifacts))
    infer = WebparityRuntime._infer

    def infer_with_a_changed_bit(self: WebparityRuntime, samples: Sequence[Sample]) -> list[Outcome]:
        outcomes = infer(self, samples)
        changed = outcomes[3]
        assert isinstance(changed, Answer)
        changed.probabilities.view(np.uint32)[1] ^= 1
        return outcomes

    monkeypatch.setattr(WebparityRuntime, "_infer", infer_with_a_changed_bit)
    report = verify(bundle, runtimes=["webparity@python", "webparity@node"], require=["webparity@node"])
    assert [(run.name, run.stage) for run in report.runs] == [("webparity@python", "bits"), ("webparity@node", None)]
    assert "1 of 5 answers have other bits than in webparity@node, first golden/3.png (3)." in report.reason


def test_an_emulated_processor_is_run_only_where_it_is_named(
    program_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    for folder in ("", str(tmp_path)):
        if folder:
            monkeypatch.setitem(os.environ, VARIABLE, folder)
        report = verify(program_bundle, runtimes=["webparity@python"], require=["webparity@node-arm64"])
        assert report.missing == ["webparity@node-arm64"]
        with pytest.raises(RuntimeUnavailable, match="ensure-node-arm64"):
            report.raise_for_verdict()
