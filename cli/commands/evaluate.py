"""`webparity evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webparity.cli.process.hold_folder import add_wait_option

if TYPE_CHECKING:
    from webparity.train.run_evaluation import SplitName


@click.command("evaluate", short_help="Measure a trained RUN on a split of its data.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--data", metavar="NAME|FILE|DIR", help="Data to measure on.  [default: what the run was trained on]")
@click.option(
    "--split",
    type=click.Choice(["test", "validation", "train"]),
    default="test",
    show_default=True,
    help="Only the test split has had no part in the training.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for page and pictures.  [default: RUN-evaluation, which is replaced]",
)
@click.option("--force", is_flag=True, help="Replace an earlier evaluation in the folder of --out.")
@click.option("--json", "as_json", is_flag=True, help="Write metrics and model summary as JSON to standard output.")
@add_wait_option
def command(run: Path, data: str | None, split: SplitName, out: Path | None, force: bool, as_json: bool) -> None:
    """Measure a trained RUN through its whole baked graph.

    Prints the figures and writes them as metrics.json, as one HTML page and as pictures.

    \b
    Examples:
      webparity evaluate build/runs/mnist-cnn
      webparity evaluate build/runs/chest-cnn --data chest_xray --out evaluation
      webparity evaluate build/runs/mnist-cnn --split validation --json
    """
    from webparity.cli.output.console import print_json_document, print_result
    from webparity.cli.work.evaluate import evaluate_run

    # Beside the run, not inside: a run is replaced whole, and every file in it has its digest.
    folder = out or run.resolve().with_name(f"{run.resolve().name}-evaluation")
    evaluation = evaluate_run(run, folder, data=data, split=split, force=force or out is None)
    # After the check that scikit-learn is there, which they import.
    from webparity.train.evaluation.evaluation import to_json
    from webparity.train.evaluation.terminal import render_evaluation

    if as_json:
        print_json_document(to_json(evaluation))
    else:
        print_result(render_evaluation(evaluation))
