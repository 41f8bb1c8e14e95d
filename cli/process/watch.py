"""Resource limits for untrusted files: a command runs in a child process that its parent watches and can kill.

The child runs the same command line on the same terminal. Its use is measured several times a second; above a
limit it is killed with all its descendants.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Final

from webparity.cli.exit_codes import INTERRUPTED
from webparity.cli.options.limits import WorkLimits
from webparity.cli.output.console import get_console
from webparity.cli.process.process_tree import (
    list_descendants,
    read_resident_bytes,
    set_parent_death_signal,
    terminate_all,
)
from webparity.errors import WebparityError
from webparity.storage.staging import remove_abandoned

MODULE = "webparity.cli"
_MARK: Final = "WEBPARITY_WATCHED"
_LOOK_S: Final = 0.1
_GRACE_S: Final = 10.0
_GIB: Final = 2**30


def watch(limits: WorkLimits, *, work: str, error_type: type[WebparityError], out: Path | None = None) -> None:
    """Run this command in a watched child process and exit with its code; in that child, return at once.

    A command that another Python program calls, such as a test, does not start a child.

    Args:
        limits: the resource limits of the child.
        work: a description for messages, such as `the export of model.keras`.
        error_type: the error to raise when a limit is met.
        out: the folder that is written; what was staged beside it is removed when a limit is met.

    Raises:
        WebparityError: of `error_type`, when a limit is met or the child crashes.
        SystemExit: otherwise, with the child's exit code.
    """
    if _MARK in os.environ:
        set_parent_death_signal()
    elif _is_the_command():
        with tempfile.TemporaryDirectory(prefix="webparity-") as folder:
            pulse = Path(folder) / "pulse"
            pulse.touch()
            code = _WatchedProcess(pulse, limits, work, error_type, out).run()
        raise SystemExit(code)


def signal_progress() -> None:
    """Signal progress to the watching process, if any."""
    pulse = os.environ.get(_MARK)
    if pulse is not None:
        with suppress(OSError), Path(pulse).open("ab") as stream:
            stream.write(b".")


def _is_the_command() -> bool:
    main = sys.modules["__main__"]
    module = getattr(main, "__spec__", None)
    script = Path(getattr(main, "__file__", None) or "").stem
    return script == "webparity" or (module is not None and module.name == "webparity.cli.__main__")


class _WatchedProcess:
    def __init__(
        self, pulse: Path, limits: WorkLimits, work: str, error_type: type[WebparityError], out: Path | None
    ) -> None:
        self._pulse = pulse
        self._limits = limits
        self._work = work
        self._error_type = error_type
        self._out = out
        # -P: a module beside the model, or wherever the command was called, must not take a library's place.
        command = [sys.executable, "-P", "-m", MODULE, *sys.argv[1:]]
        environment = os.environ | {_MARK: str(pulse)}
        # A group of its own: Ctrl-C reaches this process only, which passes it on once.
        own_group = None if sys.platform == "win32" else 0
        self._child = subprocess.Popen(command, env=environment, process_group=own_group)
        self._peak = 0
        self._ending: float | None = None

    def run(self) -> int:
        with self._forward_signals():
            try:
                code = self._wait()
            finally:
                self._end()
        if self._ending is not None:
            return INTERRUPTED
        if code < 0:
            raise self._make_limit_error(
                "to end by itself",
                f"a crash ({signal.Signals(-code).name}) with {self._peak / _GIB:.1f} GiB of memory taken",
                "If the machine ran out of memory, allow less with --max-memory; otherwise do not use this file.",
            )
        return code

    def _wait(self) -> int:
        since, seen = monotonic(), 0
        while True:
            with suppress(subprocess.TimeoutExpired):
                return int(self._child.wait(_LOOK_S))
            if self._ending is not None and monotonic() > self._ending:
                return INTERRUPTED
            if self._limits.since_progress and (size := self._pulse.stat().st_size) != seen:
                since, seen = monotonic(), size
            self._refuse_excess(monotonic() - since)

    def _refuse_excess(self, seconds: float) -> None:
        limits = self._limits
        if seconds > limits.seconds:
            without = " without progress" if limits.since_progress else ""
            raise self._make_limit_error(
                f"to take at most {limits.seconds:.0f} s{without}", "more", "Allow more with --max-seconds."
            )
        self._peak = max(self._peak, taken := read_resident_bytes(self._child.pid))
        if taken > limits.memory:
            raise self._make_limit_error(
                f"to take at most {limits.memory / _GIB:.2f} GiB of memory",
                f"{taken / _GIB:.2f} GiB",
                "Allow more with --max-memory.",
            )
        started = len(list_descendants(self._child.pid))
        if started > limits.processes:
            raise self._make_limit_error(
                f"to start at most {limits.processes} processes", f"{started}", "Allow more with --max-processes."
            )

    def _make_limit_error(self, rule: str, received: str, fix: str) -> WebparityError:
        written = " and nothing was written" if self._out is not None else ""
        return self._error_type(f"Expected {self._work} {rule}; received {received}, so it was ended{written}. {fix}")

    def _end(self) -> None:
        """Kill the child's remaining processes, and remove staged files that it left."""
        terminate_all(self._child.pid)
        self._child.wait()
        if self._out is not None:
            remove_abandoned(self._out)

    @contextmanager
    def _forward_signals(self) -> Iterator[None]:
        def forward(number: int, frame: FrameType | None) -> None:
            del frame
            if self._ending is None:
                self._ending = monotonic() + _GRACE_S
                self._child.send_signal(signal.SIGINT)
            elif number != signal.SIGINT:
                self._ending = monotonic()

        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {number: signal.signal(number, forward) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            if self._ending is not None and self._child.returncode not in {INTERRUPTED, None}:
                get_console().print("Stopped.")
