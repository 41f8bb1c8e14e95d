"""Chromium: Debian's, Google's, or the one that Playwright downloads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import ClassVar, Final

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
_OWN_FLAGS: Final = (
    "--headless=new",
    "--disable-breakpad",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-hang-monitor",
    "--disable-renderer-backgrounding",
    # The shared memory of a container may be too small for pages.
    "--disable-dev-shm-usage",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    # Messages of pages go to standard error, from which the driver quotes.
    "--enable-logging=stderr",
)


class Chromium(BrowserEngine):
    """Chromium and Chrome."""

    name: ClassVar[str] = "chromium"
    title: ClassVar[str] = "Chromium"
    debian_packages: ClassVar[tuple[str, ...]] = ("chromium",)
    noise: ClassVar[tuple[str, ...]] = (":ERROR:dbus/", "/usr/bin/chromium: ")

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

    def build_command(self, executable: str, profile: Path, address: str) -> list[str]:
        """Start it without a window, with an empty profile; as an app, it draws no tabs and starts in half the time."""
        return [executable, *_OWN_FLAGS, *self.list_flags(), f"--user-data-dir={profile}", f"--app={address}"]


ENGINE = Chromium()
