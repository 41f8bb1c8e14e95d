"""Command group: find commands, and convert every error to a one-sentence message and an exit code."""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Self

import click

from webparity.cli import commands
from webparity.cli.exit_codes import FAULT, INTERRUPTED, PIPE_CLOSED
from webparity.cli.faults import describe_fault
from webparity.cli.optional_packages import describe_missing_package
from webparity.cli.usage_errors import describe_usage_error
from webparity.errors import WebparityError
from webparity.text.visible import escape_invisible


class _Commands(click.Group):
    """Command group that loads a command's module on demand; modules import heavy libraries only inside the command.

    A command is called as its module, with hyphens for underscores.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"webparity.cli.commands.{cmd_name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # No system takes such a path, and Python's functions each refuse it in a way of their own.
        for argument in args:
            if "\0" in argument:
                raise click.UsageError(f"Expected arguments without NUL; received {argument!r}. Correct it.", ctx)
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        # It writes the text of --help and --version.
        with _convert_pipe_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _convert_pipe_errors():
            try:
                return super().invoke(ctx)
            except click.UsageError as error:
                # The parser of options does not say of which command.
                if error.ctx is None and (called := self.get_command(ctx, ctx.invoked_subcommand or "")) is not None:
                    error.ctx = click.Context(called, info_name=ctx.invoked_subcommand, parent=ctx)
                raise


@contextmanager
def _convert_pipe_errors() -> Iterator[None]:
    """Convert `BrokenPipeError` and `EOFError`, which click would take for a closed output and for Ctrl+C."""
    try:
        yield
    except BrokenPipeError as error:
        if not any(map(_is_closed_pipe, (sys.stdout, sys.stderr))):
            raise RuntimeError("a pipe to a child process was closed") from error
        raise click.exceptions.Exit(PIPE_CLOSED) from error
    except EOFError as error:
        raise RuntimeError(f"data that end too early: {error}") from error


def _is_closed_pipe(stream: Any) -> bool:
    """Whether a stream is a pipe whose other end is closed."""
    try:
        stream.flush()
        waiting = select.poll()
        waiting.register(stream.fileno(), 0)
        return any(event & select.POLLERR for _, event in waiting.poll(0))
    except BrokenPipeError:
        return True
    except (AttributeError, OSError, ValueError):
        return False


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="webparity")
def cli() -> None:
    """Train an image classifier, put it on a static web page, and prove that both give the same answer.

    \b
    Examples:
      webparity demo                               everything, on embedded data
      webparity train mnist-cnn --out run          train a model
      webparity export run --out bundle            write models and the page
      webparity verify bundle                      same answer in every runtime?
      webparity predict bundle photo.jpg           ask the model
    """


def main() -> None:
    """Run the command line.

    Exits with 0 when done and within tolerance, 1 when parity failed, 2 on wrong use or bad input, 3 when a required
    runtime is missing, 70 on a fault of webparity itself, 130 when interrupted, 141 when its output is closed.
    """
    # Hides TensorFlow's start-up messages; it reads this variable when it is first imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # A terminal of another encoding than UTF-8 shows escapes of what it lacks.
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # other streams raise AttributeError
    with _Interrupts() as interrupts:
        try:
            code = _run()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it ends here
            code = INTERRUPTED if interrupts.seen else _report_error(error)
            # The watched child has printed it, or `watch` in its place.
            if code == INTERRUPTED and not isinstance(error, SystemExit):
                _print_error("Stopped.", label=False)
        code = _flush(code)
    sys.exit(code)


class _Interrupts:
    """Record of Ctrl+C, since libraries convert `KeyboardInterrupt` to other errors."""

    def __init__(self) -> None:
        self.seen = False
        self._installed = False

    def __enter__(self) -> Self:
        with suppress(ValueError):  # not in the main thread
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._record_interrupt)
                self._installed = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _record_interrupt(self, number: int, frame: FrameType | None) -> None:
        self.seen = True
        signal.default_int_handler(number, frame)


def _run() -> int:
    result = cli.main(prog_name="webparity", standalone_mode=False)
    return result if isinstance(result, int) else 0


def _report_error(error: BaseException) -> int:
    """Print an error's message and return its exit code."""
    if isinstance(error, WebparityError):
        _print_error(str(error))
        return error.exit_code
    if isinstance(error, click.ClickException):
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            error.show()
        else:
            _print_error(describe_usage_error(error))
        return error.exit_code
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        _print_error(
            "Expected files and folders that can be read and written; "
            f"received: {error}. Check the path, its permissions and the free space."
        )
        return WebparityError.exit_code
    missing = describe_missing_package(error)
    if missing is not None:
        _print_error(missing)
        return WebparityError.exit_code
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code
    silent = {click.Abort: INTERRUPTED, KeyboardInterrupt: INTERRUPTED, BrokenPipeError: PIPE_CLOSED}
    if type(error) not in silent:
        _print_error(describe_fault(error))
    return silent.get(type(error), FAULT)


def _print_error(text: str, *, label: bool = True) -> None:
    # Nobody may be reading, or the disk behind it may be full: the exit code still counts.
    with suppress(OSError):
        start = f"{click.style('Error:', fg='red', bold=True)} " if label else ""
        click.echo(start + escape_invisible(text), err=True)


def _flush(code: int) -> int:
    """Flush the output streams while a failure can still become an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError as error:
            # Python would try again when it ends, fail again, and exit with 120.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if error.errno == errno.EPIPE:
                code = code or PIPE_CLOSED
            elif stream is sys.stdout:
                _print_error(f"Expected an output that takes all results; received: {error.strerror}. Free its disk.")
                code = code or WebparityError.exit_code
    return code
