"""The matrix: every recipe, exported to every target, in every runtime and engine, within tolerance."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from corpus import jpegs, pngs, refused, write

from webparity.parity import verify
from webparity.parity.plan import list_runtimes
from webparity.registry import discover
from webparity.verification.report import Report, Run

# Enough to be a model of that kind, and small enough to be trained here; every recipe stands here once or more.
CASES: dict[str, tuple[str, dict[str, str | int]]] = {
    "mnist-cnn": ("mnist-cnn", {}),
    "mnist-mlp": ("mnist-mlp", {}),
    "mnist-hog-mlp": ("mnist-hog-mlp", {}),
    "chest-mlp": ("chest-mlp", {}),
    "chest-cnn 3": ("chest-cnn", {"classes": 3}),
    "chest-cnn5": ("chest-cnn5", {}),
    "chest-linear-svc": ("chest-linear-svc", {}),
    "chest-knn": ("chest-knn", {"classes": 3}),
    "chest-svc linear": ("chest-svc", {"classes": 3}),
    "chest-svc rbf": ("chest-svc", {"kernel": "rbf"}),
    "chest-xgboost": ("chest-xgboost", {}),
    "chest-xgboost 3": ("chest-xgboost", {"classes": 3}),
    "chest-catboost": ("chest-catboost", {"trees": 100, "depth": 4}),
    "chest-catboost 3": ("chest-catboost", {"classes": 3, "trees": 100, "depth": 4}),
}
# The layers of another recipe in other sizes; `test_recipes.py` exports these too.
ALIKE = {"chest-cnn-augmented": "chest-cnn", "chest-cnn-tuned": "chest-cnn", "chest-cnn-wide": "chest-cnn"}
TARGETS = ("onnx", "tfjs-graph")
RUNS = [
    (case, f"{name} [{target}-float32]")
    for case in CASES
    for name, kind in list_runtimes().items()
    for target in TARGETS
    if target in kind.list_targets(name)
]

Verified = Callable[[str], Report]


@pytest.fixture(scope="session")
def verified(demo_bundle: Path, small_bundle: Callable[..., Path]) -> Verified:
    """The report on a case's golden set, with every runtime of its targets required, made once."""

    @cache
    def once(case: str) -> Report:
        recipe, choices = CASES[case]
        bundle = demo_bundle if recipe == "mnist-cnn" else small_bundle(recipe, **choices)
        return verify(bundle, require=sorted({run.split(" ")[0] for other, run in RUNS if other == case}))

    return once


@pytest.mark.parametrize(("case", "title"), RUNS)
def test_runtime_gives_the_trained_models_answer(verified: Verified, case: str, title: str) -> None:
    run: Run = next(run for run in verified(case).runs if run.title == title)
    assert run.verdict == "pass", run.reason
    assert run.decode is not None
    assert run.decode.identical == verified(case).images


@pytest.mark.parametrize("case", CASES)
def test_nothing_else_is_wrong_or_missing(verified: Verified, case: str) -> None:
    report = verified(case)
    report.raise_for_verdict()
    assert report.reference.stand_in is None
    assert sorted(run.title for run in report.runs if run.artifact) == sorted(title for c, title in RUNS if c == case)


def test_every_kind_of_image_file_gives_the_same_answer_or_the_same_refusal(demo_bundle: Path, tmp_path: Path) -> None:
    write({**jpegs(), **pngs(), **refused()}, tmp_path)
    report = verify(
        demo_bundle, images=tmp_path, require=[run.split(" ")[0] for case, run in RUNS if case == "mnist-cnn"]
    )
    report.raise_for_verdict()
    for run in report.runs:
        assert run.decode is not None
        assert run.decode.refused_alike == len(refused())
        assert run.decode.identical == len(jpegs()) + len(pngs())


def test_every_recipe_is_in_the_matrix() -> None:
    assert sorted(discover("webparity.train.recipes", "RECIPE")) == sorted(
        {recipe for recipe, _ in CASES.values()} | set(ALIKE)
    )


@pytest.mark.parametrize(("recipe", "other"), ALIKE.items())
def test_what_is_said_to_be_alike_is(recipe: str, other: str) -> None:
    kinds = []
    for name in (recipe, other):
        found = discover("webparity.train.recipes", "RECIPE")[name]
        network = found.plan(found.choose()).build()
        kinds.append([type(layer).__name__ for layer in network.layers if type(layer).__name__ != "Dropout"])
    assert kinds[0] == kinds[1]
