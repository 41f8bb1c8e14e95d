"""The matrix of recipes: every one, exported to every target, in every runtime and engine, within tolerance.

`make test` runs a selection in which every recipe meets every target, and Python, Node and a browser, and every runtime
of every engine meets networks and estimators; `make test-all` runs the whole product.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from corpus import make_jpegs, make_pngs, make_refused, write_files
from pairs import Matrix

from webparity.parity import verify
from webparity.parity.plan import list_runtimes, list_unsupported
from webparity.registry import discover
from webparity.verification.report import Report, Run

# Enough to be a model of that kind, and small enough to be trained here; every recipe stands here once or more. Choices
# as in `test_recipe_exports.py` share its bundle.
CASES: dict[str, tuple[str, dict[str, str | int]]] = {
    "mnist-cnn": ("mnist-cnn", {}),
    "mnist-mlp": ("mnist-mlp", {}),
    "mnist-hog-mlp": ("mnist-hog-mlp", {}),
    "digits-tiny": ("digits-tiny", {}),
    "chest-mlp": ("chest-mlp", {"classes": 2}),
    "chest-cnn 3": ("chest-cnn", {"classes": 3}),
    "chest-cnn5": ("chest-cnn5", {"classes": 2}),
    "chest-resnet": ("chest-resnet", {"classes": 2}),
    "chest-linear-svc": ("chest-linear-svc", {"classes": 2}),
    "chest-knn": ("chest-knn", {"classes": 3}),
    "chest-svc linear": ("chest-svc", {"classes": 3}),
    "chest-svc rbf": ("chest-svc", {"kernel": "rbf"}),
    "chest-xgboost": ("chest-xgboost", {"classes": 2}),
    "chest-xgboost 3": ("chest-xgboost", {"classes": 3}),
    "chest-catboost": ("chest-catboost", {"classes": 2, "trees": 100, "depth": 4}),
    "chest-catboost 3": ("chest-catboost", {"classes": 3, "trees": 100, "depth": 4}),
    "image-cnn": ("image-cnn", {"size": "24x32"}),
    "image-linear": ("image-linear", {"size": 48}),
    "image-boosting": ("image-boosting", {"colour": "rgb", "fit": "cover"}),
}
# The layers of another recipe in other sizes; `test_recipe_exports.py` exports these too.
ALIKE = {"chest-cnn-augmented": "chest-cnn", "chest-cnn-tuned": "chest-cnn", "chest-cnn-wide": "chest-cnn"}
TARGETS = ("onnx", "tfjs-graph", "wasm")
RUNS = [
    (case, f"{name} [{target}-float32]")
    for case in CASES
    for name, kind in list_runtimes().items()
    if name not in list_unsupported()
    for target in TARGETS
    if target in kind.list_targets(name)
]


def describe_run(case: str, title: str) -> dict[str, str]:
    """Return the values of a cell by factor."""
    name, artifact = title.split(" ")
    engine = name.partition("@")[2] or ("node" if name.endswith("-node") else "python")
    # Engines are whole in `runtime`: what a recipe adds to them is its graph, the same in every browser.
    host = engine if engine in {"node", "python"} else "browser"
    return {
        "case": case,
        "runtime": name,
        "target": artifact.strip("[]").removesuffix("-float32"),
        "engine": engine,
        "host": host,
        "kind": "network" if any(word in case for word in ("cnn", "mlp", "resnet", "tiny")) else "estimator",
    }


MATRIX = Matrix(
    RUNS,
    describe_run,
    factors=[("case", "host"), ("case", "target"), ("runtime", "target"), ("runtime", "kind"), ("target", "engine")],
    # Convolutions of 180 x 180 pixels take seconds an image in plain JavaScript; those of digits are the same code.
    left_out=lambda case, title: case.startswith("chest-cnn") and "tfjs:cpu" in title,
)
Verified = Callable[[str], Report]


@pytest.fixture(scope="session")
def verified(demo_bundle: Path, small_bundle: Callable[..., Path], pytestconfig: pytest.Config) -> Verified:
    """The report on a case's golden set, with the runtimes of its cells required, made once."""
    cells = MATRIX.run_by(pytestconfig)

    @cache
    def verify_once(case: str) -> Report:
        recipe, choices = CASES[case]
        bundle = demo_bundle if recipe == "mnist-cnn" else small_bundle(recipe, **choices)
        titles = [title for other, title in cells if other == case]
        return verify(bundle, runtimes=() if len(cells) == len(RUNS) else titles, require=titles)

    return verify_once


@pytest.mark.parametrize(("case", "title"), MATRIX.parameters)
def test_runtime_gives_the_trained_models_answer(verified: Verified, case: str, title: str) -> None:
    run: Run = next(run for run in verified(case).runs if run.title == title)
    assert run.verdict == "pass", run.reason
    assert run.decode is not None
    assert run.decode.identical == verified(case).images


@pytest.mark.parametrize("case", CASES)
def test_report_passes_and_holds_every_run(verified: Verified, case: str, pytestconfig: pytest.Config) -> None:
    report = verified(case)
    report.raise_for_verdict()
    assert report.reference.stand_in is None
    assert sorted(run.title for run in report.runs if run.artifact) == sorted(
        title for other, title in MATRIX.run_by(pytestconfig) if other == case
    )


def test_every_kind_of_image_file_gives_the_same_answer_or_the_same_refusal(
    demo_bundle: Path, tmp_path: Path, full: bool
) -> None:
    write_files({**make_jpegs(), **make_pngs(), **make_refused()}, tmp_path)
    names = list(dict.fromkeys(run.split(" ")[0] for case, run in RUNS if case == "mnist-cnn"))
    # The decoder is the engine's, whatever computes behind it.
    if not full:
        names = [name for name in names if name.startswith("onnxruntime")]
    report = verify(demo_bundle, images=tmp_path, runtimes=names, require=names)
    report.raise_for_verdict()
    for run in report.runs:
        assert run.decode is not None
        assert run.decode.refused_alike == len(make_refused())
        assert run.decode.identical == len(make_jpegs()) + len(make_pngs())


def test_every_recipe_is_in_the_matrix() -> None:
    assert sorted(discover("webparity.train.recipes", "RECIPE")) == sorted(
        {recipe for recipe, _ in CASES.values()} | set(ALIKE)
    )


@pytest.mark.parametrize(("recipe", "other"), ALIKE.items())
def test_recipes_said_to_have_the_same_layers_have_them(recipe: str, other: str) -> None:
    kinds = []
    for name in (recipe, other):
        found = discover("webparity.train.recipes", "RECIPE")[name]
        network = found.plan(found.choose()).build(2)
        kinds.append([type(layer).__name__ for layer in network.layers if type(layer).__name__ != "Dropout"])
    assert kinds[0] == kinds[1]
