"""Training with a progress bar, for the commands `train` and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.console import console, progress_bar
from webparity.cli.data import read_data
from webparity.cli.evaluating import evaluate_into
from webparity.cli.holding import hold_folder
from webparity.cli.quiet import require_packages, start_tensorflow

if TYPE_CHECKING:
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
    """Train a recipe, keep the run, and say what came of it."""
    from webparity.bundle.staging import refuse_occupied
    from webparity.registry import discover, pick

    require_packages("sklearn", "matplotlib", "mlxtend")
    recipe = pick(discover("webparity.train.recipes", "RECIPE"), recipe_name, "recipe")
    chosen = recipe.choose(choices)
    plan = recipe.plan(chosen)
    require_packages(*plan.packages)
    named, out = out, out.absolute()
    evaluation = out.with_name(f"{out.name}-evaluation")
    hold_folder(out)
    hold_folder(evaluation)
    refuse_occupied(out, marker="run.json", kind="training run", force=force)
    refuse_occupied(evaluation, marker="metrics.json", kind="evaluation", force=True)
    terminal = console()
    dataset = read_data(recipe, data or recipe.data, chosen)
    splits = {"training": dataset.train, "validation": dataset.validation, "test": dataset.test}
    sizes = ", ".join(f"{len(split.labels)} {name}" for name, split in splits.items())
    made = "".join(f", {name} {value}" for name, value in chosen.items())
    terminal.print(f"{recipe.name}{made} on {dataset.name}: {sizes} images, seed {seed}")
    if "tensorflow" in plan.packages:
        start_tensorflow()
    from webparity.train import fit
    from webparity.train.search.before_training import journal_beside
    from webparity.train.trained import save_run

    checkpoint = out.with_name(f".{out.name}.checkpoint")
    if checkpoint.is_file():
        terminal.print("  An interrupted training goes on where it was, if it had the same data and options.")
    with progress_bar() as bar:
        task = bar.add_task("training", total=None)

        def report(done: int, total: int, metrics: dict[str, float]) -> None:
            # Nothing is measured while the images are preprocessed.
            figures = " ".join(f"{name} {value:.3f}" for name, value in metrics.items())
            shown = f"training  {figures}" if metrics else "preprocessing"
            bar.update(task, completed=done, total=total, description=shown)

        trained = fit(
            recipe,
            dataset,
            choices=choices,
            seed=seed,
            epochs=epochs,
            progress=report,
            checkpoint=checkpoint,
        )
    save_run(trained, out, force=force)
    checkpoint.unlink(missing_ok=True)
    journal_beside(checkpoint).unlink(missing_ok=True)
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
    return trained
