"""Messages of the protocol, from `tests/shared/wire-cases.json`, which the TypeScript suite reads too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle
from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.wire import ImageResult, OpenResult, RunAnswers, read_result, to_outcomes
from webparity.parity.failure import RunFailed
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, RefusedImage
from webparity.parity.runtimes.harness import HarnessRuntime
from webparity.parity.samples import Sample, decode_batches, list_golden_files

CASES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "shared" / "wire-cases.json").read_text())
MESSAGES: dict[str, dict[str, str]] = CASES["messages"]
RAISED = {"RunFailed": RunFailed, "RuntimeUnavailable": RuntimeUnavailable}


@pytest.mark.parametrize(
    ("struct", "messages"),
    [
        (OpenResult, ["open.result"]),
        (RunAnswers, ["run.result"]),
        (ImageResult, ["answered image", "refused image"]),
    ],
    ids=["open", "run", "image"],
)
def test_python_reads_the_messages_that_typescript_writes(struct: type[Any], messages: list[str]) -> None:
    written = {name: kind for message in messages for name, kind in MESSAGES[message].items()}
    read = {field.name: field for field in msgspec.structs.fields(struct)}
    assert set(read) <= set(written)
    for name, field in read.items():
        if field.required:
            assert all(not MESSAGES[message].get(name, "?").endswith("?") for message in messages), name
    # Only what verification has no use for is not read.
    assert set(written) - set(read) <= {"width", "height", "decode_ms"}


class Recorder(HarnessRuntime):
    """Keeps what it would send, and answers as the cases say."""

    name = "recorder"
    names = ()

    def __init__(self, bundle: Bundle, artifact: Artifact, name: RuntimeName) -> None:
        super().__init__(bundle, artifact, name)
        self.sent: list[tuple[str, dict[str, Any]]] = []

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        return None if name.engine == "node" else "only in Node"

    def _start(self) -> str:
        return "site"

    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        assert timeout == self.silence
        self.sent.append((method, params))
        if method == "open":
            engine = {"name": "node", "version": "20"}
            return {"result": {"runtime": "tfjs", "version": "4", "backend": "cpu", "engine": engine}}
        return {"result": {"results": [CASES["images"][1]["result"]] * len(params["images"]), "leaked_tensors": 0}}

    def _list_addresses(self, samples: Sequence[Sample]) -> list[str]:
        return [str(sample.file.path) for sample in samples]

    def _close(self) -> None:
        pass


def test_python_sends_the_messages_that_typescript_accepts(tiny_bundle: Bundle) -> None:
    manifest = tiny_bundle.manifest
    name = RuntimeName(runtime="tfjs", backend="cpu", engine="node")
    with Recorder(tiny_bundle, manifest.artifacts[0], name) as runtime:
        batch = next(decode_batches(list_golden_files(tiny_bundle, manifest.golden), manifest.preprocessing))
        runtime.infer(batch)
    types = {str: "string", list: "array"}
    for method, params in runtime.sent:
        fields = MESSAGES[f"{method}.params"]
        required = {field for field, kind in fields.items() if not kind.endswith("?")}
        assert required <= set(params) <= set(fields)
        assert all(types[type(value)] == fields[field].rstrip("?") for field, value in params.items())
    assert runtime.sent[1][1]["taps"] == CASES["taps"]


@pytest.mark.parametrize("case", CASES["errors"], ids=lambda case: case["name"])
def test_errors(case: dict[str, Any]) -> None:
    with pytest.raises(RAISED[case["raises"]], match=case["error"]["message"]) as caught:
        read_result({"error": case["error"]}, RunAnswers, "tfjs")
    if isinstance(caught.value, RunFailed):
        assert (caught.value.stage, caught.value.files) == (case["stage"], case["files"])


def test_every_kind_of_error_has_a_case() -> None:
    assert {case["error"]["kind"] for case in CASES["errors"]} == set(CASES["error_kinds"])


@pytest.mark.parametrize("case", CASES["images"], ids=lambda case: case["name"])
def test_images(case: dict[str, Any]) -> None:
    reply = {"result": {"results": [case["result"]], "leaked_tensors": 0}}
    (outcome,) = to_outcomes(read_result(reply, RunAnswers, "tfjs").results, (1, 2, 1))
    if "answer" not in case:
        assert isinstance(outcome, RefusedImage)
        assert outcome.code == case["refused"]
        return
    assert isinstance(outcome, Answer)
    assert outcome.pixels is not None
    assert {
        "rgb8": outcome.rgb8,
        "probabilities": outcome.probabilities.tolist(),
        "scores": outcome.scores.tolist(),
        "pixels": outcome.pixels.reshape(-1).tolist(),
        "ms": outcome.ms,
    } == case["answer"]
