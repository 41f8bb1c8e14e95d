"""`webparity cross-validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webparity.cli.options.recipe import add_recipe_options, add_search_options


class _Folds(click.ParamType[int | str]):
    """A number of folds, or `loo`."""

    name = "folds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "loo":
            return "loo"
        try:
            return int(value)
        except ValueError:
            self.fail(f"Expected a number of folds, or loo; received {value}. Write for example 5.", param, ctx)


@click.command("cross-validate", short_help="Train RECIPE once for each fold, and measure each fold.")
@click.argument("recipe")
@add_recipe_options
@click.option(
    "--folds",
    type=_Folds(),
    metavar="K|loo",
    default=5,
    show_default=True,
    help="How many; loo leaves out one patient (or image, where nothing tells patients) at a time.",
)
@add_search_options("cross-validation")
def command(
    recipe: str,
    data: str | None,
    choices: dict[str, str],
    folds: Any,
    out: Path | None,
    seed: int,
    epochs: int | None,
    cluster: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Train RECIPE once for each fold, and measure it on the images left out.

    Folds are stratified, and no patient stands on both sides. Training and validation images are pooled; test images
    take no part. An interrupted run resumes when it is started again.

    \b
    Examples:
      webparity cross-validate chest-linear-svc
      webparity cross-validate chest-svc --kernel rbf --folds 10 --json
      webparity cross-validate chest-cnn --cluster tcp://127.0.0.1:8786
    """
    from webparity.cli.output.console import print_json_document, print_result
    from webparity.cli.work.search import Request, cross_validate_into

    request = Request(
        out=out or Path("build/cross-validation") / recipe,
        recipe=recipe,
        data=data,
        choices=choices,
        seed=seed,
        epochs=epochs,
        cluster=cluster,
        force=force,
    )
    result = cross_validate_into(request, folds=folds)
    if as_json:
        from webparity.storage.json_document import encode_json_document

        print_json_document(encode_json_document(result))
        return
    from webparity.cli.output.search_table import build_cross_validation_table

    print_result(build_cross_validation_table(result))
