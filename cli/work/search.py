"""Cross-validation and tuning with a progress bar, for the commands of these names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import get_console, show_progress_bar
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.cli.work.load_data import read_data

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset
    from webparity.train.progress import TrialCallback
    from webparity.train.recipes.recipe import Recipe
    from webparity.train.search.cross_validation import CrossValidation
    from webparity.train.search.parts import Folds
    from webparity.train.search.tuning import Method, Tuning

CROSS_VALIDATION_NAME = "cross-validation.json"
TUNING_NAME = "tuning.json"


@dataclass(frozen=True, kw_only=True)
class Request:
    """Request of a cross-validation or a tuning.

    Attributes:
        out: the folder to write.
        recipe: its name.
        data: a `--data` value, or None for the recipe's own.
        choices: options of the recipe that stay as they are.
        seed: of everything random.
        epochs: at most this many passes.
        cluster: address of a Dask scheduler.
        force: an earlier result in the folder may be replaced.
    """

    out: Path
    recipe: str
    data: str | None
    choices: dict[str, str]
    seed: int
    epochs: int | None
    cluster: str | None
    force: bool


def cross_validate_into(request: Request, *, folds: Folds) -> CrossValidation:
    """Cross-validate a recipe and save the result."""
    with _prepare(request, CROSS_VALIDATION_NAME, "cross-validation") as (recipe, dataset, journal, progress):
        from webparity.train.search.cross_validation import cross_validate

        result = cross_validate(
            recipe,
            dataset,
            folds=folds,
            choices=request.choices,
            seed=request.seed,
            epochs=request.epochs,
            cluster=request.cluster,
            progress=progress,
            journal=journal,
        )
    _keep(result, request, CROSS_VALIDATION_NAME, "cross-validation", journal)
    return result


def tune_into(
    request: Request, *, method: Method, objective: str, trials: int | None, folds: int | None, share: float
) -> Tuning:
    """Search a recipe's space and save the result."""
    with _prepare(request, TUNING_NAME, "tuning", searches=True) as (recipe, dataset, journal, progress):
        from webparity.train.search.tuning import tune

        result = tune(
            recipe,
            dataset,
            method=method,
            objective=objective,
            choices=request.choices,
            trials=trials,
            folds=folds,
            share=share,
            seed=request.seed,
            epochs=request.epochs,
            cluster=request.cluster,
            progress=progress,
            journal=journal,
        )
    _keep(result, request, TUNING_NAME, "tuning", journal)
    return result


@contextmanager
def _prepare(
    request: Request, marker: str, noun: str, *, searches: bool = False
) -> Iterator[tuple[Recipe, Dataset, Path, TrialCallback]]:
    """Check the arguments, load the data, and show progress during the search."""
    from webparity.storage.staging import refuse_occupied
    from webparity.train.recipes.registry import find_recipe

    require_packages("sklearn", "mlxtend", *(("keras_tuner",) if searches else ()))
    if request.cluster is not None:
        require_packages("dask", "distributed")
    recipe = find_recipe(request.recipe)
    chosen = recipe.choose(request.choices)
    if searches:
        from webparity.train.search.tuning import select_open_space

        select_open_space(recipe, request.choices)
    plan = recipe.plan(chosen)
    require_packages(*plan.packages)
    hold_folder(request.out)
    refuse_occupied(request.out, marker=marker, noun=noun, force=request.force)
    terminal = get_console()
    dataset = read_data(recipe, recipe.find_data(request.data), chosen)
    images = len(dataset.train) + len(dataset.validation)
    terminal.print(f"{recipe.name} on {images} training and validation images of {dataset.name}, seed {request.seed}")
    if "tensorflow" in plan.packages and request.cluster is None:
        start_tensorflow()
    journal = request.out.absolute().with_name(f".{request.out.name}.journal")
    if journal.is_file():
        terminal.print("  An interrupted search resumes where it stopped, if it had the same data and options.")
    with show_progress_bar() as bar:
        yield recipe, dataset, journal, _report(bar, noun)


def _report(bar: Any, noun: str) -> TrialCallback:
    task = bar.add_task(noun, total=None)

    def report(done: float, total: int | None, figures: dict[str, float]) -> None:
        shown = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        bar.update(task, completed=done, total=total, description=f"{noun}  {shown}")

    return report


def _keep(result: Any, request: Request, marker: str, noun: str, journal: Path) -> None:
    from webparity.storage.json_document import encode_json_document
    from webparity.storage.staging import stage_folder

    with stage_folder(request.out, marker=marker, noun=noun, force=request.force) as folder:
        (folder / marker).write_bytes(encode_json_document(result))
    journal.unlink(missing_ok=True)
    get_console().print(f"{noun} → {request.out / marker}")
