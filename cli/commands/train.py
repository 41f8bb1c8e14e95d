"""`webparity train`."""

from __future__ import annotations

from pathlib import Path

import click

from webparity.cli.options.recipe import add_recipe_options
from webparity.cli.process.hold_folder import add_wait_option


@click.command("train")
@click.argument("recipe")
@click.option(
    "--data",
    metavar="NAME|FILE|DIR",
    help="A folder with one folder of images for each class; mnist, mnist-full, mnist-subset, mnist-download or an "
    ".npz file; chest or synthetic. What a recipe takes stands in the guide.",
)
@add_recipe_options
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the run.  [default: build/runs/RECIPE]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--epochs", type=click.IntRange(min=1), help="At most this many passes.")
@click.option("--force", is_flag=True, help="Replace an earlier run in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Write metrics as JSON to standard output.")
@add_wait_option
def command(
    recipe: str,
    data: str | None,
    choices: dict[str, str],
    out: Path | None,
    seed: int,
    epochs: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Train RECIPE and keep the run. An interrupted training resumes when it is started again.

    image-cnn, image-linear and image-boosting take any class folders: FOLDER/CLASS/..., or FOLDER/train/CLASS/... with
    or without val/ and test/. The recipes for X-rays and digits take their own classes only.

    \b
    Examples:
      webparity train mnist-cnn
      webparity train mnist-cnn --variant wide --data mnist-subset --out runs/wide
      webparity train chest-cnn --data chest_xray --classes 3
      webparity train image-cnn --data flowers --size 128 --augmentation mirrored
      webparity train image-linear --data leaves --group-pattern "plant\\d+"
    """
    from webparity.cli.output.console import print_json
    from webparity.cli.work.train import train_into

    folder = out or Path("build/runs") / recipe
    trained = train_into(folder, recipe, data=data, choices=choices, seed=seed, epochs=epochs, force=force)
    if as_json:
        print_json(
            {
                "run": str(folder),
                "seed": trained.seed,
                "choices": trained.choices,
                "data": trained.data,
                "parameters": trained.parameters,
                "metrics": trained.metrics,
            }
        )
