"""The matrix of classifiers: every kind, of two classes and of many, to every target, in every kind of runtime."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from classifiers import CLASSIFIERS, exported

from webparity.parity import verify
from webparity.verification.report import Report

pytestmark = [
    pytest.mark.slow,
    # A network that could learn more answers like any other.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning"),
    # Digits have corners where no digit has ink.
    pytest.mark.filterwarnings(r"ignore:Features \[.*\] are constant:UserWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning"),
]

TARGETS = ("onnx", "tfjs-graph")
RUNTIMES = (
    "onnxruntime [onnx-float32]",
    "onnxruntime-web:wasm@chromium [onnx-float32]",
    "tfjs:wasm@node [tfjs-graph-float32]",
    "tfjs:wasm@chromium [tfjs-graph-float32]",
    "tfjs:webgl@chromium [tfjs-graph-float32]",
)
IMAGES = 5
Verified = Callable[[str, int], Report]


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Verified:
    """The report on a few of the images that a classifier was exported with, made once."""

    @cache
    def once(name: str, classes: int) -> Report:
        bundle = exported(name, classes, tmp_path_factory.mktemp(f"{name}-{classes}") / "bundle")
        names = [runtime.split(" ")[0] for runtime in RUNTIMES]
        return verify(bundle, runtimes=names, require=names, max_images=IMAGES)

    return once


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("classes", [2, 10])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_gives_its_own_answers(verified: Verified, name: str, classes: int, runtime: str) -> None:
    report = verified(name, classes)
    assert report.reference.stand_in is None
    run = next(run for run in report.runs if run.title == runtime)
    assert run.verdict == "pass", run.reason
    assert run.decode is not None
    assert run.decode.identical == IMAGES
    assert run.top1 is not None
    assert run.top1.flips == 0
