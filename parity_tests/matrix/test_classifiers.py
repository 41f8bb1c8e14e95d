"""The matrix of classifiers: every kind, of two classes and of many, on every target, in every kind of runtime.

`make test` runs a selection in which every classifier meets every engine, target and number of classes, and every
family and every number of classes meets every runtime; `make test-all` runs the whole product.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

import classifiers
import pytest
from classifiers import CLASSIFIERS, FAMILIES, export_classifier
from kept import keep
from pairs import Matrix

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

RUNTIMES = (
    "onnxruntime [onnx-float32]",
    "onnxruntime-web:wasm@chromium [onnx-float32]",
    "tfjs:wasm@node [tfjs-graph-float32]",
    "tfjs:wasm@chromium [tfjs-graph-float32]",
    "tfjs:webgl@chromium [tfjs-graph-float32]",
    "webparity@python [wasm-float32]",
    "webparity@node [wasm-float32]",
    "webparity@chromium [wasm-float32]",
    "webparity@firefox [wasm-float32]",
    "webparity@webkit [wasm-float32]",
)
# Of the browsers, one runs every program in `make test`: what it computes, all do by the specification of WebAssembly.
REPEATED = {"webparity@firefox [wasm-float32]", "webparity@webkit [wasm-float32]"}
IMAGES = 5
TWO, MANY = 2, 10
# Ten classes are 45 pairs, whose coupling takes a minute to export; four stand for them in `make test`.
FEWER = {"SVC-rbf-of-its-own-probabilities": 4}


def describe_cell(name: str, classes: int, runtime: str) -> dict[str, str | int]:
    """Return the values of a cell by factor."""
    engine = runtime.split(" ", maxsplit=1)[0].partition("@")[2] or "python"
    family = next(family for family, members in FAMILIES.items() if name in members)
    target = runtime.partition("[")[2].removesuffix("-float32]")
    return {
        "classifier": name,
        "family": family,
        "classes": "two" if classes == TWO else "many",
        "runtime": runtime,
        "engine": engine,
        "target": target,
    }


MATRIX = Matrix(
    # Of cells with the same pairs the first is selected.
    [
        *((name, FEWER[name], runtime) for name, runtime in product(FEWER, RUNTIMES)),
        *product(CLASSIFIERS, (TWO, MANY), RUNTIMES),
    ],
    describe_cell,
    factors=[
        ("classifier", "engine"),
        ("classifier", "target"),
        ("classifier", "classes"),
        ("family", "runtime"),
        ("classes", "runtime"),
    ],
    left_out=lambda _, __, runtime: runtime in REPEATED,
)
Exported = Callable[[str, int], Path]


@pytest.fixture(scope="module")
def cells(pytestconfig: pytest.Config) -> list[tuple[str, int, str]]:
    """The cells that this run tests."""
    return [(name, classes, runtime) for name, classes, runtime in MATRIX.run_by(pytestconfig)]


@pytest.fixture(scope="module")
def exported(cells: list[tuple[str, int, str]]) -> Exported:
    """The bundle of a classifier with every target that its cells ask for."""

    @cache
    def export(name: str, classes: int) -> Path:
        own = [describe_cell(*cell) for cell in cells if cell[:2] == (name, classes)]
        targets = sorted({str(cell["target"]) for cell in own})
        return keep(
            f"classifier-{name}-{classes}-{'-'.join(targets)}",
            lambda out: export_classifier(name, classes, out, targets),
            packages=["webparity.train.datasets", "webparity.export"],
            files=[Path(classifiers.__file__)],
        )

    return export


@pytest.fixture(scope="module")
def verified(exported: Exported, cells: list[tuple[str, int, str]]) -> Callable[[str, int], Report]:
    """The report on a few of the images that a classifier was exported with, made once."""

    @cache
    def verify_once(name: str, classes: int) -> Report:
        titles = [runtime for *model, runtime in cells if model == [name, classes]]
        return verify(exported(name, classes), runtimes=titles, require=titles, max_images=IMAGES)

    return verify_once


@pytest.mark.parametrize(("name", "classes", "runtime"), MATRIX.parameters)
def test_classifier_gives_its_own_answers(
    verified: Callable[[str, int], Report], name: str, classes: int, runtime: str
) -> None:
    report = verified(name, classes)
    assert report.reference.stand_in is None
    run = next(run for run in report.runs if run.title == runtime)
    assert run.verdict == "pass", run.reason
    assert run.decode is not None
    assert run.decode.identical == IMAGES
    assert run.top1 is not None
    assert run.top1.flips == 0
