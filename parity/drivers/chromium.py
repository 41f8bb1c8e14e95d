"""Chromium through Playwright: Debian's, Google's, or the one Playwright manages itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.signs import SignsOfLife
from webparity.parity.failure import RunFailed, RunHung
from webparity.text.library_error import summarize_library_error

_COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Without a GPU, WebGL falls back on SwiftShader, which newer versions want to be asked for.
    "--enable-unsafe-swiftshader",
)
_START_MS: Final = 60_000
_GRACE_S: Final = 5.0
_CALL: Final = "([method, params]) => window.webparityHarness.call(method, params)"
T = TypeVar("T")


def find_chromium() -> str | None:
    """Path of a Chromium: one on PATH, else the one Playwright has downloaded for itself, else None."""
    for command in _COMMANDS:
        path = shutil.which(command)
        if path is not None:
            return path
    managed = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folder = Path(managed) if managed not in ("", "0") else Path.home() / ".cache" / "ms-playwright"
    found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def missing_for_chromium() -> str | None:
    """What is missing to drive Chromium, with the command that helps, or None."""
    if find_spec("playwright") is None:
        return "Playwright is not installed. Install it with: pip install 'webparity[browser]'."
    if find_chromium() is None:
        return "No Chromium was found. Install it with: playwright install chromium."
    return None


class ChromiumPage:
    """One page in a Chromium of its own, which ends with it. Belongs to the thread that opens it.

    Every wait has a limit by Python's clock: a page that loops keeps its own timers from running.
    """

    def __init__(self) -> None:
        self._loop: asyncio.Runner | None = None
        self._playwright: Any = None
        self._browser: Any = None
        self._page: Any = None
        self._process: int | None = None
        self._signs: SignsOfLife | None = None
        self._said: deque[str] = deque(maxlen=20)
        self.version = ""

    def __enter__(self) -> Self:
        """Start Chromium with an empty page."""
        missing = missing_for_chromium()
        if missing is not None:
            raise RuntimeUnavailable(missing)
        from playwright.async_api import Error

        self._loop = asyncio.Runner()
        try:
            self._wait(self._start(), _START_MS / 1000)
        except (Error, TimeoutError) as error:
            self.close()
            reason = summarize_library_error(error) if isinstance(error, Error) else "it took over a minute"
            raise RuntimeUnavailable(f"Chromium did not start: {reason}") from error
        except BaseException:
            self.close()
            raise
        return self

    async def _start(self) -> None:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        # Chromium's own sandbox cannot be set up by root, and only there may it be left out.
        flags = [*_FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else list(_FLAGS)
        self._browser = await self._playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        self.version = self._browser.version
        session = await self._browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        self._process = next((process["id"] for process in processes if process["type"] == "browser"), None)
        self._page = await self._browser.new_page()
        self._page.on("console", lambda message: self._note(message.type, message.text))
        self._page.on("pageerror", lambda error: self._said.append(str(error)))
        self._page.on("requestfailed", lambda request: self._said.append(f"request failed: {request.url}"))
        await self._page.expose_function("webparityAlive", self._heard_from)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End Chromium."""
        self.close()

    def close(self) -> None:
        """End Chromium; may be called again."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        loop, self._loop = self._loop, None
        if loop is None:
            return
        try:
            for ending in (browser and browser.close, playwright and playwright.stop):
                if ending is not None:
                    # Whoever does not end by being asked is ended below.
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
                f"Expected the harness page to load in Chromium; received: {reason}{self._heard()}"
            ) from error

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Call the harness and return its reply, with `result` or `error`.

        Args:
            method: the protocol's method.
            params: its parameters.
            timeout: seconds without a sign of life after which Chromium is ended.

        Raises:
            RunHung: the page gave no sign of life for that long. Chromium has ended then.
            RunFailed: the page crashed.
        """
        from playwright.async_api import Error

        if self._loop is None:
            raise RunFailed("Expected a running Chromium; it has ended already.")
        self._signs = signs = SignsOfLife(timeout)
        try:
            return self._loop.run(self._answer(method, params, signs))
        except TimeoutError:
            lack = signs.lack
            self._end_processes()
            self.close()
            raise RunHung(
                f"Expected the page to answer `{method}`; received {lack}, so Chromium was ended.{self._heard()}"
            ) from None
        except Error as error:
            raise RunFailed(
                f"Chromium's page broke during `{method}`: {summarize_library_error(error)}{self._heard()}"
            ) from error

    async def _answer(self, method: str, params: dict[str, Any], signs: SignsOfLife) -> Any:
        answer = asyncio.ensure_future(self._page.evaluate(_CALL, [method, params]))
        try:
            while not answer.done():
                left = signs.left
                if left <= 0:
                    raise TimeoutError
                await asyncio.wait({answer}, timeout=left)
            return answer.result()
        finally:
            answer.cancel()

    def _wait(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        if self._loop is None:
            work.close()
            raise RunFailed("Expected a running Chromium; it has ended already.")
        return self._loop.run(asyncio.wait_for(work, seconds))

    def _heard_from(self, answered: int) -> None:
        if self._signs is not None:
            self._signs.heard(answered)

    def _end_processes(self) -> None:
        """End Chromium and all its processes, asked or not; Playwright starts it in a group of its own."""
        process, self._process = self._process, None
        if process is None or not hasattr(os, "killpg"):
            return
        with suppress(ProcessLookupError, PermissionError):
            group = os.getpgid(process)
            if group != os.getpgid(0):
                os.killpg(group, signal.SIGKILL)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._said.append(text)

    def _heard(self) -> str:
        return " It said: " + " | ".join(self._said) if self._said else ""
