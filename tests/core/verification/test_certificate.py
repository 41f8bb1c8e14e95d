from dataclasses import replace

from webparity.verification.certificate import list_certificates
from webparity.verification.report import Bits, Integrity, Reference, Report, Run

DIGEST = "ab" * 32
RUN = Run(
    name="webparity@python",
    runtime="webparity",
    version="0123456789ab",
    artifact="wasm-float32",
    backend="wasm",
    engine="python 3",
    verdict="pass",
    bits=Bits(ok=True, sha256=DIGEST, answers=10_000, held_to=["webparity@node"]),
)
NODE = replace(RUN, name="webparity@node")


def make_report(*runs: Run) -> Report:
    return Report(
        bundle="0" * 64,
        name="tiny",
        labels=["a", "b"],
        images=10_000,
        integrity=Integrity(ok=True, failing=[]),
        reference=Reference(runtime="keras", version="3", verdict="pass"),
        verdict="pass",
        runs=list(runs),
    )


def test_the_line_has_answers_digest_and_places() -> None:
    (certificate,) = list_certificates(make_report(RUN, NODE, replace(RUN, name="onnxruntime", bits=None)))
    assert str(certificate) == (
        f"wasm-float32: sha256 of 10,000 answers: {DIGEST}, the same in webparity@python, webparity@node"
    )


def test_one_place_says_that_it_is_the_only_one() -> None:
    (certificate,) = list_certificates(make_report(RUN))
    assert str(certificate).endswith(f"{DIGEST}, in webparity@python alone")


def test_each_artifact_has_its_own() -> None:
    other = replace(RUN, artifact="wasm-uint8")
    assert [found.artifact for found in list_certificates(make_report(RUN, other))] == ["wasm-float32", "wasm-uint8"]


def test_there_is_none_where_one_place_differs_or_nothing_was_answered() -> None:
    assert NODE.bits is not None
    differing = replace(NODE, bits=replace(NODE.bits, ok=False, sha256="0" * 64))
    empty = replace(RUN, bits=replace(NODE.bits, answers=0))
    assert list_certificates(make_report(RUN, differing)) == list_certificates(make_report(empty)) == []
