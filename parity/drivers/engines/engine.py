"""The interface of a browser engine, and the list of all engines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import Any, ClassVar

from webparity.registry import discover


class BrowserEngine(ABC):
    """A family of browsers that Playwright drives.

    Attributes:
        name: the engine in runtime names, such as `chromium` in `tfjs:wasm@chromium`; lower case letters and digits.
        title: the browser's name in messages.
        browser_type: Playwright's attribute that launches it: `chromium`, `firefox` or `webkit`.
        unsupported_backends: backends of the web runtimes that it cannot run; none by default.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    browser_type: ClassVar[str]
    unsupported_backends: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def find_executable(self) -> str | None:
        """Path of the browser to start, or None if there is none. Starts nothing."""

    @abstractmethod
    def list_flags(self) -> list[str]:
        """Command-line flags to start it with."""

    async def find_process_id(self, browser: Any) -> int | None:
        """Process id of a started browser, to end its process group after a crash; None if it is not known.

        Args:
            browser: Playwright's asynchronous `Browser`.
        """
        return None

    def explain_missing(self) -> str | None:
        """Explain which package or browser is missing, with the command that installs it; None if none is."""
        if find_spec("playwright") is None:
            return "Playwright is not installed. Install it with: pip install 'webparity[browser]'."
        if self.find_executable() is None:
            return f"No {self.title} was found. Install it with: playwright install {self.browser_type}."
        return None


def list_engines() -> dict[str, BrowserEngine]:
    """List every browser engine by name, sorted, installed or not."""
    engines: dict[str, BrowserEngine] = discover("webparity.parity.drivers.engines", "ENGINE")
    return engines
