"""The matrix: every recipe, exported to every target, in every runtime and engine, within tolerance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from corpus import jpegs, pngs, refused, write

from webparity.export.pipeline import targets
from webparity.parity import verify
from webparity.parity.plan import known_runtimes
from webparity.registry import discover
from webparity.report import Report, Run

# A recipe without a bundle here fails test_every_recipe_is_in_the_matrix.
BUNDLES = {"mnist-cnn": "demo_bundle"}
RUNS = [
    f"{name} [{target}-float32]"
    for name, kind in known_runtimes().items()
    for target in targets()
    if target in kind.targets(name)
]

Verified = Callable[[str], Report]


@pytest.fixture(scope="session")
def verified(request: pytest.FixtureRequest) -> Verified:
    """The report on a recipe's golden set, with every runtime required, made once."""
    reports: dict[str, Report] = {}

    def once(recipe: str) -> Report:
        if recipe not in reports:
            bundle: Path = request.getfixturevalue(BUNDLES[recipe])
            reports[recipe] = verify(bundle, require=[str(name) for name in known_runtimes()])
        return reports[recipe]

    return once


@pytest.mark.parametrize("title", RUNS)
@pytest.mark.parametrize("recipe", BUNDLES)
def test_runtime_gives_the_trained_models_answer(verified: Verified, recipe: str, title: str) -> None:
    run: Run = next(run for run in verified(recipe).runs if run.title == title)
    assert run.verdict == "pass", run.reason
    assert run.decode is not None
    assert run.decode.identical == verified(recipe).images


@pytest.mark.parametrize("recipe", BUNDLES)
def test_nothing_else_is_wrong_or_missing(verified: Verified, recipe: str) -> None:
    report = verified(recipe)
    report.raise_for_verdict()
    assert report.reference.stand_in is None
    assert sorted(run.title for run in report.runs) == sorted(RUNS)


def test_every_kind_of_image_file_gives_the_same_answer_or_the_same_refusal(demo_bundle: Path, tmp_path: Path) -> None:
    write({**jpegs(), **pngs(), **refused()}, tmp_path)
    report = verify(demo_bundle, images=tmp_path, require=[str(name) for name in known_runtimes()])
    report.raise_for_verdict()
    for run in report.runs:
        assert run.decode is not None
        assert run.decode.refused_alike == len(refused())
        assert run.decode.identical == len(jpegs()) + len(pngs())


def test_every_recipe_is_in_the_matrix() -> None:
    assert sorted(discover("webparity.train.recipes", "RECIPE")) == sorted(BUNDLES)
