"""What commands show while they work and when they are done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


_WIDE = 132


def console() -> Console:
    """The terminal for people, on standard error, so that standard output stays for results."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output, for machines."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def print_result(shown: Any) -> None:
    """Write something of rich's to standard output, never squeezed: a narrow terminal breaks its lines instead."""
    from rich.console import Console

    terminal = Console(highlight=False)
    if terminal.width < _WIDE:
        terminal = Console(highlight=False, width=_WIDE)
    terminal.print(shown)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar with the time gone and left; silent where standard error is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console()) as progress:
        yield progress


@contextmanager
def working(first: str) -> Iterator[Any]:
    """A spinner whose words change: call the value given with each new step."""
    terminal = console()
    with terminal.status(f"{first} …") as status:

        def step(text: str) -> None:
            status.update(f"{text} …")
            if not terminal.is_terminal:
                terminal.print(f"{text} …")

        yield step
