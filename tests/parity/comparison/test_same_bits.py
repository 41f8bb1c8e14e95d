from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from webparity.bundle.read import Bundle
from webparity.parity import verify
from webparity.parity.comparison.same_bits import AnswerBits, AnswerBitsRecorder, hold_to_same_bits
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, RefusedImage
from webparity.parity.runtimes.ort_python import OnnxRuntime
from webparity.parity.samples import Sample
from webparity.verification.answer_bits import digest_answers
from webparity.verification.certificate import list_certificates
from webparity.verification.report import Bits, Report, Run, from_json, to_json

NAMES = ["a.png", "b.png", "c.png"]
IMAGES = (b"a", b"b", b"c")
ONE, OTHER = AnswerBits(sha256="1" * 64, images=IMAGES), AnswerBits(sha256="2" * 64, images=(b"a", b"x", b"y"))


def make_run(engine: str, artifact: str = "wasm-float32") -> Run:
    return Run(
        name=f"webparity@{engine}",
        runtime="webparity",
        version="1",
        artifact=artifact,
        backend="wasm",
        engine=engine,
        verdict="pass",
    )


RUNS = [make_run(engine) for engine in ("python", "node", "firefox")]


def get_bits(run: Run) -> Bits:
    assert run.bits is not None
    return run.bits


def test_the_same_bits_everywhere_pass_and_name_each_other() -> None:
    held = hold_to_same_bits(RUNS, [ONE, ONE, ONE], NAMES, {})
    assert [run.verdict for run in held] == ["pass"] * 3
    assert get_bits(held[1]) == Bits(
        ok=True, sha256="1" * 64, answers=3, held_to=["webparity@python", "webparity@firefox"]
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_place_that_differs_fails_with_the_first_image(place: int) -> None:
    bits = [ONE, ONE, ONE]
    bits[place] = OTHER
    held = hold_to_same_bits(RUNS, bits, NAMES, {})
    assert [run.verdict for run in held] == ["fail" if n == place else "pass" for n in range(3)]
    stage = get_bits(held[place])
    assert (stage.ok, stage.differing, stage.first, held[place].stage) == (False, 2, "b.png", "bits")
    right = RUNS[1 if place == 0 else 0].name
    assert held[place].reason.startswith(f"bits: 2 of 3 answers have other bits than in {right}, first b.png.")


def test_of_two_places_the_second_differs() -> None:
    held = hold_to_same_bits(RUNS[:2], [ONE, OTHER], NAMES, {})
    assert [run.verdict for run in held] == ["pass", "fail"]
    assert get_bits(held[0]).held_to == []


def test_two_versions_of_the_module_are_named() -> None:
    held = hold_to_same_bits([RUNS[0], replace(RUNS[1], version="2")], [ONE, OTHER], NAMES, {})
    assert "Here the module is 2, there 1." in held[1].reason


def test_the_digest_of_the_manifest_is_right_whatever_most_places_give() -> None:
    held = hold_to_same_bits(RUNS, [ONE, OTHER, ONE], NAMES, {"wasm-float32": OTHER.sha256})
    assert [run.verdict for run in held] == ["fail", "pass", "fail"]
    assert get_bits(held[0]).held_to == ["webparity@node", "manifest"]
    assert get_bits(held[1]).held_to == ["manifest"]


def test_places_that_agree_on_another_digest_than_the_manifest_fail() -> None:
    held = hold_to_same_bits(RUNS, [ONE, ONE, ONE], NAMES, {"wasm-float32": "3" * 64})
    assert {run.verdict for run in held} == {"fail"}
    assert get_bits(held[0]).first is None
    assert f"{'3' * 64}, as the manifest keeps it; received {'1' * 64} from the module 1" in held[0].reason


def test_artifacts_are_not_compared_with_each_other() -> None:
    runs = [RUNS[0], make_run("python", "wasm-uint8")]
    assert [run.verdict for run in hold_to_same_bits(runs, [ONE, OTHER], NAMES, {})] == ["pass", "pass"]


def test_a_runtime_whose_bits_may_differ_has_no_such_stage() -> None:
    assert hold_to_same_bits(RUNS, [None, None, None], NAMES, {}) == RUNS


def test_a_stage_that_failed_before_stays_the_reason_and_leaks_do_not() -> None:
    scores = replace(RUNS[1], verdict="fail", stage="scores", reason="scores: far off")
    leaks = replace(RUNS[1], verdict="fail", stage="resources", reason="resources: 1 tensor")
    for run, stage in ((scores, "scores"), (leaks, "bits")):
        held = hold_to_same_bits([RUNS[0], run], [ONE, OTHER], NAMES, {})
        assert (held[1].stage, get_bits(held[1]).ok) == (stage, False)


def test_a_refused_image_has_no_bits() -> None:
    recorder = AnswerBitsRecorder()
    taps = {"probabilities": np.float32([0.5, 0.5]), "scores": np.float32([1, 1]), "pixels": np.float32([[[3]]])}
    recorder.add(RefusedImage(code="empty", message=""))
    recorder.add(Answer(rgb8="", **taps))
    recorded = recorder.get_result()
    assert recorded.images[0] is None
    assert recorded.sha256 == digest_answers([taps])


class ExactRuntime(OnnxRuntime):
    """onnxruntime in two places that give the same bits."""

    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(runtime="exact", backend="cpu", engine=engine, exact=True) for engine in ("one", "two")
    )


class AlteredRuntime(ExactRuntime):
    """The same, but the second place has one bit of one score changed from its third image on."""

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        outcomes = super()._infer(samples)
        if self.identity.engine == "one":
            return outcomes
        return [*outcomes[:2], *map(_change_one_bit, outcomes[2:])]


def _change_one_bit(outcome: Outcome) -> Outcome:
    assert isinstance(outcome, Answer)
    scores = outcome.scores.copy()
    scores.view(np.uint32)[0] ^= 1
    return replace(outcome, scores=scores)


def verify_in_two_places(bundle: Bundle, runtime: type[OnnxRuntime], monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setattr("webparity.parity.plan.discover", lambda *_: {"exact": runtime})
    return verify(bundle)


def test_two_places_get_one_certificate(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    report = verify_in_two_places(tiny_bundle, ExactRuntime, monkeypatch)
    assert report.verdict == "pass"
    (certificate,) = list_certificates(report)
    assert (certificate.answers, certificate.places) == (5, ["exact@one", "exact@two"])
    assert from_json(to_json(report)).runs == report.runs


def test_one_changed_bit_fails_and_names_the_place_and_the_first_image(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = verify_in_two_places(tiny_bundle, AlteredRuntime, monkeypatch)
    assert report.verdict == "fail"
    assert [(run.name, run.stage) for run in report.runs] == [("exact@one", None), ("exact@two", "bits")]
    third = tiny_bundle.manifest.golden[2]
    expected = f"3 of 5 answers have other bits than in exact@one, first {third.file} ({third.title})."
    assert report.reason.startswith(f"exact@two [onnx-float32]: bits: {expected}")
    assert list_certificates(report) == []


def test_the_whole_golden_set_is_held_to_the_manifest(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = tiny_bundle.manifest
    artifacts = [replace(artifact, golden_bits="3" * 64) for artifact in manifest.artifacts]
    bundle = replace(tiny_bundle, manifest=replace(manifest, artifacts=artifacts))
    report = verify_in_two_places(bundle, ExactRuntime, monkeypatch)
    assert [run.stage for run in report.runs] == ["bits", "bits"]
    # A part of the golden set has a digest of its own, which no manifest keeps.
    assert verify(bundle, max_images=2).verdict == "pass"
