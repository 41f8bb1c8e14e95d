"""Verification with display of its progress, for the commands `verify` and `demo`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from webparity.cli.output.console import get_console, print_json, print_line, print_table, show_progress_bar
from webparity.cli.process.environment import start_tensorflow
from webparity.cli.process.hold_folder import hold_folder
from webparity.cli.process.watch import signal_progress

if TYPE_CHECKING:
    from webparity.progress import ProgressCallback
    from webparity.verification.report import Report


def verify_with_progress(
    bundle: Path,
    *,
    images: Path | None = None,
    runtimes: Sequence[str] = (),
    browsers: Sequence[str] = (),
    require: Sequence[str] = (),
    folder: Path | None = None,
    against: Path | None = None,
    max_images: int | None = None,
    as_json: bool = False,
    max_silence: float | None = None,
    expect_digest: str | None = None,
    trust: bool = False,
) -> Report:
    """Verify a bundle, print the table, write the report and compare it with an earlier one."""
    from webparity.bundle.read import open_bundle
    from webparity.bundle.unlisted_files import describe_unlisted_files
    from webparity.models.model_kind import get_producer_kind
    from webparity.parity.comparison.regressions import find_regressions
    from webparity.parity.plan import plan_runs
    from webparity.parity.samples import collect_images
    from webparity.parity.verify import verify
    from webparity.parity.views.write import refuse_report_folder, write_report

    # All that can be refused is refused before TensorFlow is started, which takes seconds.
    earlier = _read_earlier_report(against)
    opened = open_bundle(bundle, expect_digest=expect_digest)
    plan_runs(opened, runtimes=runtimes, browsers=browsers, require=require)
    if images is not None:
        collect_images(images)
    if folder is not None:
        hold_folder(folder)
        refuse_report_folder(folder)
    if get_producer_kind(opened.manifest.producer) == "keras" and opened.source and find_spec("tensorflow"):
        start_tensorflow()
    with _show_progress() as show:
        report = verify(
            opened,
            images=images,
            runtimes=runtimes,
            browsers=browsers,
            require=require,
            max_images=max_images,
            progress=show,
            max_silence=max_silence,
            trust=trust,
        )
    if folder is not None:
        write_report(report, folder)
    _show(report, as_json=as_json)
    if folder is not None:
        get_console().print(f"report → {folder / 'report.html'}")
    for warning in (describe_unlisted_files(report.extra), report.unproven):
        if warning:
            get_console().print(warning, style="yellow")
    for worse in find_regressions(earlier, report) if earlier else ():
        get_console().print(f"worse than {against}: {worse}", style="yellow")
    return report


@contextmanager
def _show_progress() -> Iterator[ProgressCallback]:
    with show_progress_bar() as bar:
        tasks = {"": bar.add_task("starting the runtimes", total=None)}

        def show(run: str, done: int, total: int) -> None:
            signal_progress()
            if "" in tasks:
                bar.remove_task(tasks.pop(""))
            if run not in tasks:
                tasks[run] = bar.add_task(run, total=total)
            bar.update(tasks[run], completed=done)

        yield show


def _show(report: Report, *, as_json: bool) -> None:
    import msgspec

    from webparity.decode.image_folder import describe_ignored
    from webparity.parity.views.table import build_table
    from webparity.verification.certificate import list_certificates

    for name, reason in report.refused.items():
        get_console().print(f"refused: {name}: {reason}")
    if report.ignored:
        get_console().print(describe_ignored(report.ignored))
    if as_json:
        print_json(msgspec.to_builtins(report))
        return
    print_table(build_table(report), lambda: build_table(report, narrow=True))
    for certificate in list_certificates(report):
        print_line(str(certificate))
    for reason in dict.fromkeys(run.reason for run in report.runs if run.verdict == "unavailable"):
        get_console().print(f"unavailable: {reason}", style="yellow")


def _read_earlier_report(file: Path | None) -> Report | None:
    from webparity.errors import UsageError
    from webparity.storage.regular_file import MAX_IMAGE_BYTES, read_regular
    from webparity.verification.report import from_json

    if file is None:
        return None
    file = file / "report.json" if file.is_dir() else file
    try:
        return from_json(read_regular(file, MAX_IMAGE_BYTES))
    except UsageError as error:
        raise UsageError(f"{error} (Read from {file}.)") from error
    except OSError as error:
        raise UsageError(
            f"Expected an earlier report.json; received {file}: {error.strerror}. Give the file or its folder."
        ) from error
