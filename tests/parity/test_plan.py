from collections.abc import Sequence
from dataclasses import replace

import pytest

from webparity.bundle.read import Bundle
from webparity.errors import UsageError
from webparity.parity import verify
from webparity.parity.plan import plan_runs


@pytest.fixture
def bundle(tiny_bundle: Bundle) -> Bundle:
    """A bundle with an artifact of each target."""
    (onnx,) = tiny_bundle.manifest.artifacts
    artifacts = [
        onnx,
        *(replace(onnx, id=f"{target}-float32", target=target) for target in ("tfjs-graph", "tfjs-layers")),
    ]
    return replace(tiny_bundle, manifest=replace(tiny_bundle.manifest, artifacts=artifacts))


def list_titles(bundle: Bundle, runtimes: list[str], require: Sequence[str] = ()) -> list[str]:
    return [run.title for run in plan_runs(bundle, runtimes=runtimes, require=require)]


def test_a_runtime_runs_on_every_artifact_of_its_targets(bundle: Bundle) -> None:
    assert list_titles(bundle, ["tfjs:wasm@node"]) == [
        "tfjs:wasm@node [tfjs-graph-float32]",
        "tfjs:wasm@node [tfjs-layers-float32]",
    ]


def test_the_title_of_a_run_is_that_run_alone(bundle: Bundle) -> None:
    titles = ["onnxruntime [onnx-float32]", "tfjs:wasm@node [tfjs-layers-float32]"]
    assert list_titles(bundle, titles) == titles
    assert list_titles(bundle, ["tfjs:wasm [tfjs-layers-float32]", "tfjs:wasm@node"]) == [
        "tfjs:wasm@node [tfjs-graph-float32]",
        "tfjs:wasm@node [tfjs-layers-float32]",
        "tfjs:wasm@chromium [tfjs-layers-float32]",
        "tfjs:wasm@firefox [tfjs-layers-float32]",
        "tfjs:wasm@webkit [tfjs-layers-float32]",
    ]


def test_required_runs_join_the_chosen_ones(bundle: Bundle) -> None:
    titles = ["tfjs:cpu@node [tfjs-graph-float32]", "tfjs:wasm@node [tfjs-graph-float32]"]
    assert list_titles(bundle, titles[1:], titles[:1]) == titles


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("onnxruntime [tfjs-graph-float32]", "that onnxruntime can run among onnx-float32, tfjs-graph-float32"),
        ("tfjs:wasm@node [tfjs-graph-uint8]", "received 'tfjs-graph-uint8'"),
    ],
)
def test_an_artifact_that_no_runtime_of_the_name_runs_is_refused(bundle: Bundle, text: str, words: str) -> None:
    for choice in ({"runtimes": [text]}, {"require": [text]}):
        with pytest.raises(UsageError, match=words):
            plan_runs(bundle, **choice)


def test_a_run_is_required_by_its_title(tiny_bundle: Bundle) -> None:
    titles = ["onnxruntime [onnx-float32]"]
    report = verify(tiny_bundle, runtimes=titles, require=titles)
    assert (report.verdict, report.missing, [run.title for run in report.runs]) == ("pass", [], titles)
