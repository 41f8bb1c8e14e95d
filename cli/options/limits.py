"""Options that limit time, memory, processes and graph size for untrusted files, with their defaults."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from webparity.model_safety.limits import CALLS, NODES, VALUES, GraphLimits, use_graph_limits

_SECONDS: Final = 600.0
_SECONDS_PER_MB: Final = 2.0
_GIB: Final = 2**30
_MEMORY: Final = 8 * _GIB
_MEMORY_OF_FILE: Final = 40  # every stage of a conversion has a copy of the weights
_SHARE: Final = 0.8  # of the machine's memory; the rest is others'
_CONTROL_GROUP: Final = Path("/sys/fs/cgroup/memory.max")
PROCESSES: Final = 512  # ten browsers of three engines have under 100


@dataclass(frozen=True, kw_only=True)
class WorkLimits:
    """Resource limits of a command.

    Attributes:
        seconds: wall time; where `since_progress`, only that without progress.
        memory: resident bytes of the process that works.
        processes: how many processes it may have started at a time.
        since_progress: whether progress begins the time anew.
    """

    seconds: float
    memory: int
    processes: int = PROCESSES
    since_progress: bool = False


def add_limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --max-seconds, --max-memory and --max-processes to a command."""
    options = (
        click.option(
            "--max-seconds",
            type=click.FloatRange(min=0, min_open=True),
            help="End work on a file from elsewhere after that long: in all for export, without progress otherwise.  "
            "[default: 600, and 2 for each MB of a model file]",
        ),
        click.option(
            "--max-memory",
            type=click.FloatRange(min=0, min_open=True),
            help="End it when it takes more GiB than that.  "
            "[default: 8, and 40 times the model file, within 80 % of the machine's]",
        ),
        click.option(
            "--max-processes",
            type=click.IntRange(min=1),
            default=PROCESSES,
            show_default=True,
            help="End it when it has started more processes than that.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def add_graph_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --max-calls, --max-values and --max-nodes to a command, and put them in force while it runs."""

    @functools.wraps(command)
    def pass_limits(*args: Any, max_calls: int, max_values: int, max_nodes: int, **options: Any) -> Any:
        limits = GraphLimits(
            calls=max_calls,
            values=max_values,
            nodes=max_nodes,
            inspection_seconds=options.get("max_seconds") or 0,
            inspection_memory=int((options.get("max_memory") or 0) * _GIB),
        )
        with use_graph_limits(limits):
            return command(*args, **options)

    for name, default, what in (
        ("--max-nodes", NODES, "Refuse a classifier whose trees have more nodes together."),
        ("--max-values", VALUES, "Refuse a network with a tensor of more values than that for one image."),
        ("--max-calls", CALLS, "Refuse a network that calls layers more often, each recurrent step counted."),
    ):
        pass_limits = click.option(name, type=click.IntRange(min=1), default=default, show_default=True, help=what)(
            pass_limits
        )
    return pass_limits


def choose_work_limits(
    files: int, *, seconds: float | None, memory: float | None, processes: int, since_progress: bool, factor: float = 1
) -> WorkLimits:
    """Return the requested limits, or defaults by the model file's size and the machine.

    Args:
        files: bytes of the model file.
        seconds: as requested, or None.
        memory: as requested, in GiB, or None.
        processes: as requested.
        since_progress: see `WorkLimits`.
        factor: how many times the usual work there is to do.
    """
    usual = min(_MEMORY + _MEMORY_OF_FILE * files, int(_SHARE * read_machine_memory()))
    return WorkLimits(
        seconds=seconds if seconds is not None else factor * (_SECONDS + _SECONDS_PER_MB * files / 1e6),
        memory=int(memory * _GIB) if memory is not None else usual,
        processes=processes,
        since_progress=since_progress,
    )


def count_source_bytes(bundle: Path) -> int:
    """Count the bytes of the files in a bundle's `source/`; 0 without one."""
    folder = bundle / "source" if (bundle / "source").is_dir() else bundle.parent / "source"
    try:
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except OSError:
        return 0


def read_machine_memory() -> int:
    """Read the memory of this machine or container, in bytes."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 16 * _GIB
    try:
        return min(whole, int(_CONTROL_GROUP.read_text()))
    except (OSError, ValueError):
        return whole
