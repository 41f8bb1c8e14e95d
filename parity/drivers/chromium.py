"""Chromium through Playwright: Debian's, Google's, or the one Playwright manages itself."""

from __future__ import annotations

import os
import shutil
from collections import deque
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from webparity.errors import RuntimeUnavailable
from webparity.parity.failure import RunFailed
from webparity.reason import reason_of

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

# A lost WebGL context makes a backend wait forever, and evaluate() has no limit of its own.
_CALL: Final = """([method, params, limit]) => Promise.race([
  window.webparityHarness.call(method, params),
  new Promise((resolve) => setTimeout(() => resolve({hung: true}), limit)),
])"""


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
    """One page in a Chromium of its own, which ends with it. Belongs to the thread that opens it."""

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Any = None
        self._page: Any = None
        self._said: deque[str] = deque(maxlen=20)
        self.version = ""

    def __enter__(self) -> Self:
        """Start Chromium with an empty page."""
        missing = missing_for_chromium()
        if missing is not None:
            raise RuntimeUnavailable(missing)
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - an optional dependency

        self._playwright = sync_playwright().start()
        # Chromium's own sandbox cannot be set up by root, and only there may it be left out.
        flags = [*_FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else list(_FLAGS)
        try:
            self._browser = self._playwright.chromium.launch(executable_path=find_chromium(), args=flags)
            self.version = self._browser.version
            self._page = self._browser.new_page()
        except Error as error:
            self.close()
            raise RuntimeUnavailable(f"Chromium did not start: {reason_of(error)}") from error
        self._page.on("console", lambda message: self._note(message.type, message.text))
        self._page.on("pageerror", lambda error: self._said.append(str(error)))
        self._page.on("requestfailed", lambda request: self._said.append(f"request failed: {request.url}"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End Chromium."""
        self.close()

    def close(self) -> None:
        """End Chromium; may be called again."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        try:
            if browser is not None:
                browser.close()
        finally:
            if playwright is not None:
                playwright.stop()

    def open_harness(self, url: str) -> None:
        """Load the harness page and wait until it can be called.

        Raises:
            RunFailed: it did not load.
        """
        from playwright.sync_api import Error  # noqa: PLC0415 - an optional dependency

        try:
            self._page.goto(url, timeout=_START_MS)
            self._page.wait_for_function("() => window.webparityHarness !== undefined", timeout=_START_MS)
        except Error as error:
            raise RunFailed(
                f"Expected the harness page to load in Chromium; received: {reason_of(error)}{self._heard()}"
            ) from error

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Call the harness and return its reply, with `result` or `error`.

        Raises:
            RunFailed: the page crashed, or did not answer within `timeout` seconds.
        """
        from playwright.sync_api import Error  # noqa: PLC0415 - an optional dependency

        try:
            reply = self._page.evaluate(_CALL, [method, params, timeout * 1000])
        except Error as error:
            raise RunFailed(f"Chromium's page broke during `{method}`: {reason_of(error)}{self._heard()}") from error
        if isinstance(reply, dict) and reply.get("hung"):
            raise RunFailed(f"Expected the page to answer `{method}` within {timeout:.0f} s.{self._heard()}")
        return reply

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._said.append(text)

    def _heard(self) -> str:
        return " It said: " + " | ".join(self._said) if self._said else ""
