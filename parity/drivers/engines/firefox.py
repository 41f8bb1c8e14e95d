"""Firefox: Debian's ESR, or any other on PATH."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from webparity.parity.drivers.engines.engine import BrowserEngine

_COMMANDS: Final = ("firefox-esr", "firefox")
_PREFERENCES: Final[dict[str, bool | int | str]] = {
    # No first-run pages, no default-browser question, no session of an earlier start.
    "browser.aboutwelcome.enabled": False,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "termsofuse.bypassNotification": True,
    "toolkit.startup.max_resumed_crashes": -1,
    # No traffic but the page's own.
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.activity-stream.feeds.topsites": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "datareporting.healthreport.uploadEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 0,
    "services.settings.server": "data:,none",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,none",
    "toolkit.telemetry.unified": False,
    # A page that loops is ended by the driver, not by a question to the user.
    "dom.ipc.reportProcessHangs": False,
    "dom.max_script_run_time": 0,
    # One process for the one page, and none in reserve.
    "dom.ipc.processCount": 1,
    "dom.ipc.processPrelaunch.enabled": False,
    # Messages of pages go to standard output, from which the driver quotes.
    "devtools.console.stdout.content": True,
}


class Firefox(BrowserEngine):
    """Firefox without a window."""

    name: ClassVar[str] = "firefox"
    title: ClassVar[str] = "Firefox"
    debian_packages: ClassVar[tuple[str, ...]] = ("firefox-esr",)
    noise: ClassVar[tuple[str, ...]] = ("running in headless mode", "RenderCompositorSWGL")
    unsupported_backends: ClassVar[Mapping[str, str]] = {
        "webgl": "Firefox has no WebGL without a window. Use it in Chromium.",
        "webgpu": "Firefox has no WebGPU without a window and a graphics driver. Use it in Chromium.",
    }

    def find_executable(self) -> str | None:
        """Path of a Firefox on PATH, or None."""
        return next(filter(None, map(shutil.which, _COMMANDS)), None)

    def list_environment(self) -> dict[str, str]:
        """No crash reports, no safe mode after a crash, and an end of the browser when its page's process crashes."""
        return {
            "MOZ_CRASHREPORTER_DISABLE": "1",
            "MOZ_CRASHREPORTER_SHUTDOWN": "1",
            "MOZ_DISABLE_AUTO_SAFE_MODE": "1",
        }

    def build_command(self, executable: str, profile: Path, address: str) -> list[str]:
        """Start it without a window, beside any other Firefox, with an empty profile and its preferences."""
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items()]
        (profile / "user.js").write_text("".join(lines))
        return [executable, "--headless", "--no-remote", "--profile", str(profile), address]


ENGINE = Firefox()
