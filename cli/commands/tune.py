"""`webparity tune`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webparity.cli.options.recipe import add_recipe_options, add_search_options


@click.command("tune", short_help="Search for the best options of RECIPE.")
@click.argument("recipe")
@add_recipe_options
@click.option(
    "--method",
    type=click.Choice(["grid", "random", "hyperband", "bayesian"]),
    default="random",
    show_default=True,
    help="How to search: grid and random by scikit-learn, hyperband and bayesian by keras-tuner.",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    help="At most this many.  [default: all for grid, one pass for hyperband, else 20]",
)
@click.option(
    "--objective",
    type=click.Choice(["balanced_accuracy", "accuracy", "f1_macro", "roc_auc", "log_loss"]),
    default="balanced_accuracy",
    show_default=True,
    help="What to look for.",
)
@click.option("--folds", type=click.IntRange(min=2), help="Measure by folds.  [default: on the validation split]")
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Of the training images that trials use.",
)
@add_search_options("tuning")
def command(
    recipe: str,
    data: str | None,
    choices: dict[str, str],
    method: Any,
    trials: int | None,
    objective: str,
    folds: int | None,
    share: float,
    out: Path | None,
    seed: int,
    epochs: int | None,
    cluster: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Search for the best options of RECIPE among those it offers to a search.

    Options that are given stay as they are. Test images take no part. An interrupted search resumes when it is started
    again.

    \b
    Examples:
      webparity tune chest-xgboost --method grid --folds 5
      webparity tune chest-cnn-tuned --method bayesian --trials 12 --share 0.3
      webparity tune chest-cnn-tuned --method hyperband --set units=128
    """
    from webparity.cli.output.console import print_json_document, print_line, print_result
    from webparity.cli.work.search import Request, tune_into

    request = Request(
        out=out or Path("build/tuning") / recipe,
        recipe=recipe,
        data=data,
        choices=choices,
        seed=seed,
        epochs=epochs,
        cluster=cluster,
        force=force,
    )
    result = tune_into(request, method=method, objective=objective, trials=trials, folds=folds, share=share)
    if as_json:
        from webparity.storage.json_document import encode_json_document

        print_json_document(encode_json_document(result))
        return
    from webparity.cli.output.search_table import build_tuning_table, format_train_command

    print_result(build_tuning_table(result))
    # Not by rich, which would break the line.
    print_line("Train the best with:")
    print_line()
    print_line(f"    {format_train_command(result)}")
