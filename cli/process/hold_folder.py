"""Exclusive write lock on an output folder while a command runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from webparity.cli.output.console import get_console

_KEY: Final = "webparity.wait"
Command = TypeVar("Command", bound=Callable[..., Any])


def add_wait_option(command: Command) -> Command:
    """Add the option `--wait`, which `hold_folder` reads, to a command."""
    return click.option(
        "--wait",
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="Wait while another process writes the same folder.  [default: fail at once]",
    )(command)


def hold_folder(folder: Path) -> None:
    """Lock a folder until the running command ends.

    Without a running command, as from Python, this does nothing: the writers of folders lock for themselves.

    Raises:
        UsageError: another process is writing it, and `--wait` was not given.
    """
    from webparity.storage.locking import lock_folder

    context = click.get_current_context(silent=True)
    if context is None:
        return
    waiting = get_console().print if context.meta.get(_KEY) else None
    context.with_resource(lock_folder(folder, waiting=waiting))


def _keep(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_KEY] = value
