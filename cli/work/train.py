"""Training with a progress bar, for the commands `train` and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.optional_packages import require_packages
from webparity.cli.output.console import get_console, show_progress_bar
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.cli.work.evaluate import evaluate_into
from webparity.cli.work.load_data import read_data
from webparity.cli.work.pending_evaluation import PendingEvaluation

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset
    from webparity.train.recipes.recipe import Recipe
    from webparity.train.trained import Trained


def train_into(
    out: Path,
    recipe_name: str,
    *,
    data: str | None,
    choices: dict[str, str],
    seed: int,
    epochs: int | None,
    force: bool,
) -> Trained:
    """Train a recipe, save the run, and print a summary."""
    from webparity.storage.staging import refuse_occupied
    from webparity.train.recipes.registry import find_recipe

    require_packages("sklearn", "matplotlib", "mlxtend")
    recipe = find_recipe(recipe_name)
    chosen = recipe.choose(choices)
    plan = recipe.plan(chosen)
    require_packages(*plan.packages)
    named, out = out, out.absolute()
    evaluation = out.with_name(f"{out.name}-evaluation")
    hold_folder(out)
    hold_folder(evaluation)
    request = {
        "recipe": recipe_name,
        "data": recipe.find_data(data),
        "choices": choices,
        "seed": seed,
        "epochs": epochs,
    }
    unevaluated = PendingEvaluation(out, request)
    is_kept = unevaluated.is_pending()
    refuse_occupied(out, marker="run.json", noun="training run", force=force or is_kept)
    refuse_occupied(evaluation, marker="metrics.json", noun="evaluation", force=True)
    terminal = get_console()
    dataset = read_data(recipe, recipe.find_data(data), chosen)
    splits = {"training": dataset.train, "validation": dataset.validation, "test": dataset.test}
    sizes = ", ".join(f"{len(split.labels)} {name}" for name, split in splits.items())
    made = "".join(f", {name} {value}" for name, value in chosen.items() if value != "")
    terminal.print(f"{recipe.name}{made} on {dataset.name}: {sizes} images, seed {seed}")
    if "tensorflow" in plan.packages:
        start_tensorflow()
    from webparity.train.trained import load_run

    trained = load_run(out) if is_kept else None
    if trained is not None and trained.data_digest == dataset.digest():
        terminal.print("  The training was finished by an earlier command, and its evaluation was not.")
    else:
        # A kept run of other data than these is replaced only by who may replace runs.
        refuse_occupied(out, marker="run.json", noun="training run", force=force)
        trained = _train_with_progress(recipe, dataset, out, choices=choices, seed=seed, epochs=epochs)
        _keep(trained, out, unevaluated, force=force)
    found = ", ".join(f"{name} {value}" for name, value in trained.choices.items() if value != chosen[name])
    if found:
        terminal.print(f"found by search: {found}")
    metrics = trained.metrics
    epochs_done = f", {len(trained.history['loss'])} epochs" if trained.history else ""
    terminal.print(
        f"test accuracy {metrics['accuracy']:.2%} on {metrics['images']:.0f} images, "
        f"log-loss {metrics['log_loss']:.4f}{epochs_done} → {named}"
    )
    evaluate_into(evaluation, trained, dataset, force=True)
    unevaluated.remove()
    return trained


def _train_with_progress(
    recipe: Recipe, dataset: Dataset, out: Path, *, choices: dict[str, str], seed: int, epochs: int | None
) -> Trained:
    from webparity.train import fit

    checkpoint = _get_checkpoint_file(out)
    if checkpoint.is_file():
        get_console().print("  An interrupted training resumes where it stopped, if it had the same data and options.")
    with show_progress_bar() as bar:
        task = bar.add_task("training", total=None)

        def report(done: int, total: int, metrics: dict[str, float]) -> None:
            # Nothing is measured while the images are preprocessed.
            figures = " ".join(f"{name} {value:.3f}" for name, value in metrics.items())
            shown = f"training  {figures}" if metrics else "preprocessing"
            bar.update(task, completed=done, total=total, description=shown)

        return fit(recipe, dataset, choices=choices, seed=seed, epochs=epochs, progress=report, checkpoint=checkpoint)


def _keep(trained: Trained, out: Path, unevaluated: PendingEvaluation, *, force: bool) -> None:
    from webparity.train.search.recipe_search import find_journal_file
    from webparity.train.trained import save_run

    try:
        save_run(trained, out, force=force, before=unevaluated.note)
    except BaseException:
        if not unevaluated.is_pending():
            unevaluated.remove()
        raise
    checkpoint = _get_checkpoint_file(out)
    checkpoint.unlink(missing_ok=True)
    find_journal_file(checkpoint).unlink(missing_ok=True)


def _get_checkpoint_file(out: Path) -> Path:
    return out.with_name(f".{out.name}.checkpoint")
