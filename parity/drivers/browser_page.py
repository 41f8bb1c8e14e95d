"""One page of a browser, driven through Playwright, with a time limit on every wait."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.engines.engine import BrowserEngine
from webparity.parity.drivers.heartbeat import Heartbeat
from webparity.parity.failure import RunFailed, RunHung
from webparity.text.library_error import summarize_library_error

_START_MS: Final = 60_000
_GRACE_S: Final = 5.0
_CALL: Final = "([method, params]) => window.webparityHarness.call(method, params)"
T = TypeVar("T")


class BrowserPage:
    """One page in a browser process of its own. Only the thread that opens it may use it.

    Every wait has a limit by Python's clock: a page that loops keeps its own timers from running.

    Args:
        engine: which browser to start.
    """

    def __init__(self, engine: BrowserEngine) -> None:
        self._engine = engine
        self._loop: asyncio.Runner | None = None
        self._playwright: Any = None
        self._browser: Any = None
        self._page: Any = None
        self._process: int | None = None
        self._heartbeat: Heartbeat | None = None
        self._console: deque[str] = deque(maxlen=20)
        self.version = ""

    def __enter__(self) -> Self:
        """Start the browser with an empty page."""
        missing = self._engine.explain_missing()
        if missing is not None:
            raise RuntimeUnavailable(missing)
        from playwright.async_api import Error

        self._loop = asyncio.Runner()
        try:
            self._wait(self._start(), _START_MS / 1000)
        except (Error, TimeoutError) as error:
            self.close()
            reason = summarize_library_error(error) if isinstance(error, Error) else "it took over a minute"
            raise RuntimeUnavailable(f"{self._engine.title} did not start: {reason}") from error
        except BaseException:
            self.close()
            raise
        return self

    async def _start(self) -> None:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        launcher = getattr(self._playwright, self._engine.browser_type)
        self._browser = await launcher.launch(
            executable_path=self._engine.find_executable(), args=self._engine.list_flags()
        )
        self.version = self._browser.version
        self._process = await self._engine.find_process_id(self._browser)
        self._page = await self._browser.new_page()
        self._page.on("console", lambda message: self._log_console(message.type, message.text))
        self._page.on("pageerror", lambda error: self._console.append(str(error)))
        self._page.on("requestfailed", lambda request: self._console.append(f"request failed: {request.url}"))
        await self._page.expose_function("webparityAlive", self._record_heartbeat)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the browser."""
        self.close()

    def close(self) -> None:
        """End the browser; may be called again."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        loop, self._loop = self._loop, None
        if loop is None:
            return
        try:
            for ending in (browser and browser.close, playwright and playwright.stop):
                if ending is not None:
                    # A browser that does not close when asked is ended by force below.
                    with suppress(Exception):
                        loop.run(asyncio.wait_for(ending(), _GRACE_S))
        finally:
            self._end_processes()
            loop.close()

    def open_harness(self, url: str) -> None:
        """Load the harness page and wait until it can be called.

        Raises:
            RunFailed: it did not load.
        """
        from playwright.async_api import Error

        async def load() -> None:
            await self._page.goto(url, timeout=_START_MS)
            await self._page.wait_for_function("() => window.webparityHarness !== undefined", timeout=_START_MS)

        try:
            self._wait(load(), 2 * _START_MS / 1000 + _GRACE_S)
        except (Error, TimeoutError) as error:
            reason = summarize_library_error(error) if isinstance(error, Error) else "no end of loading"
            raise RunFailed(
                f"Expected the harness page to load in {self._engine.title}; received: {reason}{self._format_console()}"
            ) from error

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Call the harness and return its reply, with `result` or `error`.

        Args:
            method: the protocol's method.
            params: its parameters.
            timeout: seconds without a sign of life after which the browser is ended.

        Raises:
            RunHung: the page gave no sign of life for that long. The browser has ended then.
            RunFailed: the page crashed.
        """
        from playwright.async_api import Error

        if self._loop is None:
            raise RunFailed(f"Expected a running {self._engine.title}; it has ended already.")
        self._heartbeat = heartbeat = Heartbeat(timeout)
        try:
            return self._loop.run(self._answer(method, params, heartbeat))
        except TimeoutError:
            reason = heartbeat.timeout_reason
            self._end_processes()
            self.close()
            raise RunHung(
                f"Expected the page to answer `{method}`; received {reason}, "
                f"so {self._engine.title} was ended.{self._format_console()}"
            ) from None
        except Error as error:
            reason = summarize_library_error(error)
            raise RunFailed(
                f"{self._engine.title}'s page broke during `{method}`: {reason}{self._format_console()}"
            ) from error

    async def _answer(self, method: str, params: dict[str, Any], heartbeat: Heartbeat) -> Any:
        answer = asyncio.ensure_future(self._page.evaluate(_CALL, [method, params]))
        try:
            while not answer.done():
                left = heartbeat.seconds_left
                if left <= 0:
                    raise TimeoutError
                await asyncio.wait({answer}, timeout=left)
            return answer.result()
        finally:
            answer.cancel()

    def _wait(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        if self._loop is None:
            work.close()
            raise RunFailed(f"Expected a running {self._engine.title}; it has ended already.")
        return self._loop.run(asyncio.wait_for(work, seconds))

    def _record_heartbeat(self, answered: int) -> None:
        if self._heartbeat is not None:
            self._heartbeat.record(answered)

    def _end_processes(self) -> None:
        """End the browser and all its processes by force; Playwright starts it in a process group of its own."""
        process, self._process = self._process, None
        if process is None or not hasattr(os, "killpg"):
            return
        with suppress(ProcessLookupError, PermissionError):
            group = os.getpgid(process)
            if group != os.getpgid(0):
                os.killpg(group, signal.SIGKILL)

    def _log_console(self, level: str, text: str) -> None:
        if level in ("error", "warning"):
            self._console.append(text)

    def _format_console(self) -> str:
        return " It said: " + " | ".join(self._console) if self._console else ""
