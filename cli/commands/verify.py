"""`webparity verify`."""

from __future__ import annotations

from pathlib import Path

import click

from webparity.cli.options.limits import add_graph_options, add_limit_options
from webparity.cli.process.hold_folder import add_wait_option


@click.command("verify", short_help="Verify that every runtime gives the trained model's answer.")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--images",
    type=click.Path(path_type=Path),
    help="Folder of images, with all below it, or one image.  [default: the golden set]",
)
@click.option(
    "--runtime",
    "runtimes",
    multiple=True,
    help="Run only these: runtime[:backend][@engine], or parts such as tfjs, tfjs:wasm or firefox; with an artifact in "
    "brackets, as reports write a run, on that artifact only; repeatable.",
)
@click.option(
    "--browser", "browsers", multiple=True, help="Of the browsers, run only in these, such as firefox; repeatable."
)
@click.option(
    "--require", multiple=True, help="Exit with 3 unless these, named as for --runtime, could be reached; repeatable."
)
@click.option("--report", type=click.Path(path_type=Path), help="Folder for report.json, report.html and junit.xml.")
@click.option("--against", type=click.Path(path_type=Path), help="An earlier report.json: list what got worse.")
@click.option("--max-images", type=click.IntRange(min=1), help="At most this many images, spread over all.")
@click.option("--json", "as_json", is_flag=True, help="Write the report as JSON to standard output.")
@click.option(
    "--max-silence",
    type=click.FloatRange(min=0, min_open=True),
    default=20.0,
    show_default=True,
    help="Seconds without a sign of life after which a runtime is ended and started once more.",
)
@click.option(
    "--expect-digest", metavar="HEX", help="Refuse (exit 2) unless the bundle has this digest, as export printed it."
)
@click.option("--trust", is_flag=True, help="Read the trained model again if it is a SavedModel, which may run code.")
@add_limit_options
@add_graph_options
@add_wait_option
def command(
    bundle: Path,
    images: Path | None,
    runtimes: tuple[str, ...],
    browsers: tuple[str, ...],
    require: tuple[str, ...],
    report: Path | None,
    against: Path | None,
    max_images: int | None,
    as_json: bool,
    max_silence: float,
    max_seconds: float | None,
    max_memory: float | None,
    max_processes: int,
    expect_digest: str | None,
    trust: bool,
) -> None:
    """Verify that every runtime gives the trained model's answer from the same image files.

    Runs each artifact of BUNDLE in every runtime that can be reached here: onnxruntime, Node, Chromium, Firefox and
    WebKitGTK. Prints a row for each: pass, fail, or unavailable with what to install.

    Exits with 0 if everything stayed within the tolerance table, 1 if not, 3 if a required runtime is missing.

    \b
    Examples:
      webparity verify bundle                                    everywhere
      webparity verify bundle --images photos --report report    a page to read
      webparity verify bundle --require @node --require firefox  both must run
      webparity verify bundle --runtime tfjs:wasm@node --json    for machines
      webparity verify bundle --runtime 'tfjs:wasm@node [tfjs-graph-float32]'
      webparity verify bundle --max-silence 60                   a slow machine
      webparity verify bundle --images photos --trust            your SavedModel
      webparity verify site --expect-digest 5f0c…                a published copy
    """
    from webparity.cli.options.limits import choose_work_limits, count_source_bytes
    from webparity.cli.process.watch import watch
    from webparity.cli.work.verify import verify_with_progress
    from webparity.errors import BundleError

    limits = choose_work_limits(
        count_source_bytes(bundle), seconds=max_seconds, memory=max_memory, processes=max_processes, since_progress=True
    )
    watch(limits, work=f"the verification of {bundle}", error_type=BundleError)
    verify_with_progress(
        bundle,
        images=images,
        runtimes=runtimes,
        browsers=browsers,
        require=require,
        folder=report,
        against=against,
        max_images=max_images,
        as_json=as_json,
        max_silence=max_silence,
        expect_digest=expect_digest,
        trust=trust,
    ).raise_for_verdict()
