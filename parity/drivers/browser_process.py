"""A browser's process with its display and profile. Nothing of them is left when it ends, or when this process ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Final

from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.engines.engine import BrowserEngine
from webparity.parity.drivers.virtual_display import start_display

_GRACE_S: Final = 5.0
_MAX_LINE: Final = 2**12
_PROC: Final = Path("/proc")
_MARK: Final = "WEBPARITY_BROWSER_PROFILE"
# Its standard input is a pipe of this process: one that closes without a line means that this process was killed.
# In the background, so that it belongs to no tree of processes that may be killed with this one.
_GUARD: Final = """
exec 3<&0
(
  trap '' INT TERM HUP
  read -r dismissed <&3 && exit
  kill -s KILL -- "-$1"; [ -z "$2" ] || kill -s TERM "$2"
  sleep 1; rm -rf -- "$3"
) >/dev/null 2>&1 &
"""


class BrowserProcess:
    """A started browser.

    Args:
        engine: which one.
        address: the page to start it on.

    Raises:
        RuntimeUnavailable: a program is missing or cannot be started.
    """

    def __init__(self, engine: BrowserEngine, address: str) -> None:
        executable = engine.find_executable()
        if executable is None:
            raise RuntimeUnavailable(engine.explain_missing() or f"No {engine.title} was found.")
        self._engine = engine
        self._executable = executable
        self._output: deque[str] = deque(maxlen=20)
        self._display: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: IO[bytes] | None = None
        self._reader: threading.Thread | None = None
        self.profile = Path(tempfile.mkdtemp(prefix=f"webparity-{engine.name}-"))
        self._environment = _build_environment(self.profile) | engine.list_environment()
        try:
            self._start(address)
        except OSError as error:
            self.end()
            raise RuntimeUnavailable(f"{engine.title} did not start: {error.strerror or error}.") from error
        except BaseException:
            self.end()
            raise

    def _start(self, address: str) -> None:
        if self._engine.needs_display:
            self._display, variables = start_display(self.profile)
            self._environment |= variables
        self._process = subprocess.Popen(
            self._engine.build_command(self._executable, self.profile, address),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own, so that whatever it starts ends with it, and Ctrl+C reaches this process only.
            start_new_session=True,
        )
        self._guard = _start_guard(self._process.pid, self._display, self.profile)
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read_output, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        """The id of the process that was started; also of its group."""
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The browser's exit code, or None while it runs."""
        return self._process.poll() if self._process is not None else None

    def read_version(self) -> str:
        """Read the version that the browser itself states."""
        return self._engine.read_version(self._executable, self._environment)

    def wait_for_output(self, seconds: float) -> None:
        """Wait until a browser that has ended is read to the end, at most `seconds`: others may hold its pipe."""
        if self._reader is not None:
            self._reader.join(seconds)

    def describe_output(self) -> str:
        """Describe what it wrote last, as sentences that follow another; empty if nothing."""
        return " It said: " + " | ".join(self._output) if self._output else ""

    def end(self) -> None:
        """End the browser with all its processes and remove its profile; may be called again."""
        process, self._process = self._process, None
        display, self._display = self._display, None
        guard, self._guard = self._guard, None
        if process is not None:
            _kill_group(process.pid)
            _kill_marked(self.profile)
            process.wait()
        if display is not None:
            display.terminate()  # by force it would leave its lock file
            with suppress(subprocess.TimeoutExpired):
                display.wait(_GRACE_S)
            _kill_group(display.pid)
            display.wait()
        _remove(self.profile)
        if guard is not None:
            with suppress(OSError):
                guard.write(b"dismissed\n")
            guard.close()

    def _read_output(self, stream: IO[bytes]) -> None:
        with stream, suppress(OSError, ValueError):
            for line in iter(lambda: stream.readline(_MAX_LINE), b""):
                text = line.decode("utf-8", "replace").strip()
                if text and not any(part in text for part in self._engine.noise):
                    self._output.append(text)


def _build_environment(profile: Path) -> dict[str, str]:
    """This process's environment without proxies and displays, with every folder of the user in the profile."""
    left_out = {"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in left_out and not name.lower().endswith("_proxy")
    }
    home = str(profile)
    folders = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", _MARK)
    return kept | dict.fromkeys(folders, home)


def _start_guard(group: int, display: subprocess.Popen[bytes] | None, profile: Path) -> IO[bytes]:
    """Start a shell that ends a browser if this process is killed; it is dismissed by a line."""
    display_id = "" if display is None else str(display.pid)
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "webparity-guard", str(group), display_id, str(profile)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    guard.wait()  # its background part goes on
    assert guard.stdin is not None
    return guard.stdin


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _kill_marked(profile: Path) -> None:
    """Kill the processes that left the browser's group, by the variable they inherit; nothing without /proc."""
    mark = f"{_MARK}={profile}".encode()
    until = monotonic() + _GRACE_S
    while (left := [pid for pid in _list_own_processes() if mark in _read_environment(pid)]) and monotonic() < until:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        sleep(0.02)


def _list_own_processes() -> list[int]:
    return [int(entry.name) for entry in _PROC.glob("[0-9]*") if entry.name != str(os.getpid())]


def _read_environment(process: int) -> list[bytes]:
    try:
        return (_PROC / str(process) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _remove(folder: Path) -> None:
    """Remove a folder; a process that has just ended may still have been writing to it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        sleep(0.1)
