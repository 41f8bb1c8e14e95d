"""`webparity demo`."""

from __future__ import annotations

from pathlib import Path

import click

from webparity.cli.output.console import get_console
from webparity.cli.process.hold_folder import add_wait_option, hold_folder


@click.command("demo", short_help="Train, export, verify and serve a digit classifier.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/demo"), show_default=True, help="Folder.")
@click.option("--data", metavar="NAME|FILE", help="As for train; full MNIST where it can be had, else the subset.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the page at the end.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@add_wait_option
def command(out: Path, data: str | None, serve: bool, port: int) -> None:
    """Train a digit classifier, export it, verify every runtime in reach, and serve the page.

    Leaves OUT/run, OUT/bundle and OUT/report, replacing those of an earlier demo.

    \b
    Example:
      webparity demo --no-serve
    """
    from webparity.cli.work.export import export_into
    from webparity.cli.work.serve import serve_until_stopped
    from webparity.cli.work.train import train_into
    from webparity.cli.work.verify import verify_with_progress

    hold_folder(out / "bundle")
    run, bundle = out / "run", out / "bundle"
    train_into(run, "mnist-cnn", data=data, choices={}, seed=0, epochs=None, force=True)
    export_into(run, bundle, force=True)
    available, missing = _find_available_runtimes()
    for reason in missing:
        get_console().print(reason, style="yellow", markup=False)
    verify_with_progress(bundle, runtimes=available, folder=out / "report").raise_for_verdict()
    if serve:
        serve_until_stopped(bundle, port)


def _find_available_runtimes() -> tuple[list[str], list[str]]:
    """Find the available runtimes, and one line for each reason why others are not."""
    from webparity.parity.plan import list_runtimes, list_unsupported

    available: list[str] = []
    missing: dict[str, list[str]] = {}
    unsupported = list_unsupported()
    for name, runtime in list_runtimes().items():
        if name in unsupported:
            continue
        reason = runtime.explain_unavailable(name)
        if reason is None:
            available.append(str(name))
        else:
            # A reason begins with the name of its runtime.
            missing.setdefault(reason.removeprefix(f"{name} "), []).append(str(name))
    return available, [f"{len(names)} runtimes left out: {names[0]} {reason}" for reason, names in missing.items()]
