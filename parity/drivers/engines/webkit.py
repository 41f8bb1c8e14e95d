"""WebKitGTK by its MiniBrowser, which stands for Safari's engine but is not Safari."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from webparity.parity.drivers.engines.engine import BrowserEngine

_FOLDERS: Final = (Path("/usr/lib"), Path("/usr/libexec"), Path("/usr/lib64"))
_PATTERNS: Final = ("*/webkit2gtk-4.*/MiniBrowser", "webkit2gtk-4.*/MiniBrowser")


class WebKit(BrowserEngine):
    """WebKitGTK's MiniBrowser on a virtual display."""

    name: ClassVar[str] = "webkit"
    title: ClassVar[str] = "WebKitGTK"
    debian_packages: ClassVar[tuple[str, ...]] = ("libwebkit2gtk-4.1-0", "xvfb")
    needs_display: ClassVar[bool] = True
    unsupported_backends: ClassVar[Mapping[str, str]] = {
        "webgl": "WebKitGTK has no WebGL in workers, where models run. Use it in Chromium.",
        "webgpu": "WebKitGTK has no WebGPU. Use it in Chromium.",
    }

    def find_executable(self) -> str | None:
        """Path of a MiniBrowser: one on PATH, else the newest in the library's own folder, else None."""
        on_path = shutil.which("MiniBrowser")
        if on_path is not None:
            return on_path
        found = sorted(
            (path for folder in _FOLDERS for pattern in _PATTERNS for path in folder.glob(pattern)),
            key=lambda path: path.parent.name,
        )
        return str(found[-1]) if found else None

    def list_environment(self) -> dict[str, str]:
        """No GPU, no message bus, and no accessibility bus: each would start processes of its own."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "GDK_BACKEND": "x11",
            "GIO_USE_VFS": "local",
            "GSETTINGS_BACKEND": "memory",
            "GTK_A11Y": "none",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        }

    def build_command(self, executable: str, profile: Path, address: str) -> list[str]:
        """Start it in private mode. Its pages' messages cannot be had from its output."""
        del profile  # its home folder, as for every engine
        return [executable, "--private", address]


ENGINE = WebKit()
