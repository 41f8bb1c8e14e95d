"""Chromium: Debian's, Google's, or the one that Playwright downloads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, ClassVar, Final

from webparity.parity.drivers.engines.engine import BrowserEngine

_COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Without a GPU, WebGL falls back on SwiftShader, which newer versions start only with this flag.
    "--enable-unsafe-swiftshader",
)


class Chromium(BrowserEngine):
    """Chromium and Chrome."""

    name: ClassVar[str] = "chromium"
    title: ClassVar[str] = "Chromium"
    browser_type: ClassVar[str] = "chromium"

    def find_executable(self) -> str | None:
        """Path of a Chromium: one on PATH, else the one that Playwright has downloaded, else None."""
        for command in _COMMANDS:
            path = shutil.which(command)
            if path is not None:
                return path
        managed = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
        folder = Path(managed) if managed not in ("", "0") else Path.home() / ".cache" / "ms-playwright"
        found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
        return str(found[-1]) if found else None

    def list_flags(self) -> list[str]:
        """Flags without background traffic; without the sandbox for root only, who cannot set it up."""
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        return [*_FLAGS, "--no-sandbox"] if is_root else list(_FLAGS)

    async def find_process_id(self, browser: Any) -> int | None:
        """Process id of the browser process, asked by the DevTools protocol."""
        session = await browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        return next((process["id"] for process in processes if process["type"] == "browser"), None)


ENGINE = Chromium()
