"""One page of a browser that connects back to the server of its harness page, with a time limit on every wait."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final, Self

from webparity.errors import RuntimeUnavailable
from webparity.parity.closing import Closing
from webparity.parity.drivers.browser_process import BrowserProcess
from webparity.parity.drivers.engines.engine import BrowserEngine
from webparity.parity.drivers.heartbeat import Heartbeat
from webparity.parity.drivers.page_connection import PageConnection
from webparity.parity.drivers.server import StaticServer, find_running_server
from webparity.parity.failure import RunCrashed, RunFailed, RunHung

_START_S: Final = 60.0
_LOOK_S: Final = 0.2
# A browser that ends by itself may have written why a moment later.
_OUTPUT_S: Final = 0.3
FRAGMENT: Final = "webparity-driver="


class BrowserPage(Closing):
    """One page in a browser process of its own. One thread at a time may use it.

    Every wait has a limit by Python's clock: a page that loops keeps its own timers from running.

    Args:
        engine: which browser to start.

    Attributes:
        version: the browser's own version, known once the harness page is open.
    """

    def __init__(self, engine: BrowserEngine) -> None:
        self._engine = engine
        self._browser: BrowserProcess | None = None
        self._server: StaticServer | None = None
        self._connection: PageConnection | None = None
        self._next = 0
        self.version = ""

    def __enter__(self) -> Self:
        """Check that there is such a browser."""
        missing = self._engine.explain_missing()
        if missing is not None:
            raise RuntimeUnavailable(missing)
        return self

    @property
    def process_id(self) -> int | None:
        """The id of the browser's process and of its group; None while there is none."""
        return self._browser.process_id if self._browser is not None else None

    def close(self) -> None:
        """End the browser; may be called again."""
        browser, self._browser = self._browser, None
        self._disconnect()
        if browser is not None:
            browser.end()

    def open_harness(self, url: str) -> None:
        """Start the browser on the harness page, or lead a started one there, and wait until the page has connected.

        A started browser whose page's server has stopped can be led nowhere: it is ended, and another is started.

        Args:
            url: an address of a running `StaticServer` of this process.

        Raises:
            RuntimeUnavailable: the browser cannot be started.
            RunCrashed: it ended before its page connected.
            RunHung: its page did not connect within a minute. The browser has ended then.
        """
        if self._server is not None and not self._server.is_running:
            self.close()
        earlier, left = self._server, self._connection
        self._server, self._connection = find_running_server(url), PageConnection()
        self._server.add_connection(self._connection)
        address = f"{url}#{FRAGMENT}{self._connection.token}"
        if self._browser is None:
            self._browser = BrowserProcess(self._engine, address)
        elif left is not None:
            left.call({"go": address})
        try:
            self._await_connection(url)
        finally:
            if earlier is not None and left is not None:
                earlier.remove_connection(left)
        self.version = self.version or self._browser.read_version()

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Call the harness and return its reply, with `result` or `error`.

        Args:
            method: the protocol's method.
            params: its parameters.
            timeout: seconds without a sign of life after which the browser is ended.

        Raises:
            RunHung: the page gave no sign of life for that long. The browser has ended then.
            RunCrashed: the browser or its page ended. It has ended whole then.
            RunFailed: the harness threw an error.
        """
        connection = self._require_connection()
        self._next += 1
        connection.call({"id": self._next, "method": method, "params": params})
        heartbeat = Heartbeat(timeout)
        while True:
            # At least a moment, so that a reply that lies there already is taken.
            event = connection.receive(min(max(heartbeat.seconds_left, 0.01), _LOOK_S))
            if event is None:
                self._require_running(f"answer `{method}`")
                if heartbeat.seconds_left <= 0:
                    raise RunHung(self._end(f"answer `{method}`", heartbeat.timeout_reason))
            elif event.kind == "gone":
                raise RunCrashed(self._end(f"answer `{method}`", "the end of the page"))
            elif event.message.get("id") != self._next:
                continue  # of an earlier call
            elif event.kind == "alive":
                heartbeat.record(_read_count(event.message.get("alive")))
            else:
                return self._read_reply(method, event.message)

    def _read_reply(self, method: str, message: dict[str, Any]) -> Any:
        if "threw" in message:
            raise RunFailed(
                f"{self._engine.title}'s page broke during `{method}`: {message['threw']}{self._describe_output()}"
            )
        return {name: value for name, value in message.items() if name != "id"}

    def _await_connection(self, url: str) -> None:
        connection, until = self._require_connection(), monotonic() + _START_S
        while monotonic() < until:
            event = connection.receive(_LOOK_S)
            if event is not None and event.kind == "connected":
                return
            self._require_running(f"load the harness page {url}", at_start=True)
        raise RunHung(self._end(f"load the harness page {url}", f"no request of it for {_START_S:.0f} s"))

    def _require_connection(self) -> PageConnection:
        if self._connection is None or self._browser is None:
            raise RunFailed(f"Expected a running {self._engine.title}; it has ended already. Open the harness page.")
        return self._connection

    def _require_running(self, task: str, *, at_start: bool = False) -> None:
        assert self._browser is not None
        code = self._browser.exit_code
        if code is not None:
            self._browser.wait_for_output(_OUTPUT_S)
            raise RunCrashed(self._end(task, f"its end with exit code {code}"), at_start=at_start)

    def _end(self, task: str, received: str) -> str:
        """End the browser and return the message about it."""
        said = self._describe_output()
        self.close()
        return f"Expected {self._engine.title} to {task}; received {received}, so it was ended.{said}"

    def _describe_output(self) -> str:
        return self._browser.describe_output() if self._browser is not None else ""

    def _disconnect(self) -> None:
        server, self._server = self._server, None
        connection, self._connection = self._connection, None
        if server is not None and connection is not None:
            server.remove_connection(connection)


def _read_count(value: object) -> int:
    return value if isinstance(value, int) else 0
