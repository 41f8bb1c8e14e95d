"""`webparity predict`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webparity.cli.options.limits import add_limit_options

if TYPE_CHECKING:
    from webparity.prediction.session import PredictorRuntime


@click.command("predict", short_help="Predict image files.")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.argument("images", metavar="IMAGE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--runtime",
    type=click.Choice(["onnxruntime", "webparity"]),
    help="webparity runs the program of the target wasm: the very bits of the page.  [default: onnxruntime where it is "
    "installed]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "jsonl", "json"]),
    default="text",
    show_default=True,
    help="csv and jsonl write a row or a line as each image is done.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The same as --format json: one document, with all probabilities."
)
@click.option(
    "--expect-digest", metavar="HEX", help="Refuse (exit 2) unless the bundle has this digest, as export printed it."
)
@add_limit_options
def command(
    bundle: Path,
    images: tuple[Path, ...],
    runtime: PredictorRuntime | None,
    form: str,
    as_json: bool,
    expect_digest: str | None,
    max_seconds: float | None,
    max_memory: float | None,
    max_processes: int,
) -> None:
    """Predict image files, or all below folders.

    Needs the ONNX artifact of BUNDLE and onnxruntime, or the program of the target wasm and nothing else; never the
    library that trained the model. Prints for each image its label, the probability of it, and the milliseconds for
    decoding and for the model; or the label's score, several labels, or measured values, as the bundle's numbers are.
    Files that the decode contract refuses, such as damaged ones, are named on standard error and passed over; the exit
    code is then 2. Below a folder, content tells what is an image, whatever its name; the other files are counted on
    standard error.

    \b
    Examples:
      webparity predict bundle photo.jpg                          one line
      webparity predict bundle photos --format csv > answers.csv  a row per image
      webparity predict bundle photos --format jsonl              JSON Lines
      webparity predict bundle *.png --json                       one document
      webparity predict bundle photo.jpg --runtime webparity      the page's bits
      webparity predict bundle photo.jpg --expect-digest 5f0c…    that very bundle
    """
    from webparity.cli.options.limits import choose_work_limits, count_source_bytes
    from webparity.cli.process.watch import signal_progress, watch
    from webparity.errors import BundleError

    limits = choose_work_limits(
        count_source_bytes(bundle), seconds=max_seconds, memory=max_memory, processes=max_processes, since_progress=True
    )
    watch(limits, work=f"prediction with {bundle}", error_type=BundleError)
    from webparity.bundle.read import open_bundle
    from webparity.cli.output.console import get_console, show_progress_bar
    from webparity.cli.output.predictions import open_prediction_writer
    from webparity.cli.output.unlisted_files import warn_of_unlisted_files
    from webparity.decode.image_folder import describe_ignored
    from webparity.errors import DecodeError, UsageError
    from webparity.parity.samples import collect_images
    from webparity.predictor import Predictor

    opened = open_bundle(bundle, expect_digest=expect_digest)
    warn_of_unlisted_files(opened)
    predictor = Predictor(opened, runtime=runtime)
    given = collect_images(images)
    files = [file.path for file in given.files]
    form = "json" if as_json else form
    refused = 0
    with (
        show_progress_bar() as bar,
        open_prediction_writer(form, opened.manifest.labels, opened.manifest.output) as write,
    ):
        # People see each line as it comes.
        shown = files if form == "text" or len(files) == 1 else bar.track(files, description="predicting")
        for file in shown:
            try:
                write(predictor.predict(file))
                signal_progress()
            except (DecodeError, UsageError) as error:
                if len(files) == 1:
                    raise
                refused += 1
                get_console().print(f"{file}: {error}")
    if given.ignored:
        get_console().print(describe_ignored(given.ignored))
    if refused:
        raise UsageError(
            f"Expected images that the decode contract accepts; received {refused} of {len(files)} that it refuses, "
            "named above. Convert or remove them."
        )
