"""The interface of a browser engine, and the list of all engines."""

from __future__ import annotations

import re
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from webparity.parity.drivers.virtual_display import explain_missing_display
from webparity.registry import discover

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+\w*")
_VERSION_S: Final = 30.0


class BrowserEngine(ABC):
    """A family of browsers: where it is and how it is started. All else is the same for every engine.

    Attributes:
        name: the engine in runtime names, such as `chromium` in `tfjs:wasm@chromium`; lower case letters and digits.
        title: the browser's name in messages.
        debian_packages: the packages of Debian that hold it.
        needs_display: whether it cannot run without a display, so that it gets a virtual one.
        noise: parts of lines that it writes in any case, which are not quoted in messages.
        unsupported_backends: backends of the web runtimes that it cannot run, each with the reason, a whole sentence.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    debian_packages: ClassVar[tuple[str, ...]]
    needs_display: ClassVar[bool] = False
    noise: ClassVar[tuple[str, ...]] = ()
    unsupported_backends: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def find_executable(self) -> str | None:
        """Path of the browser to start, or None if there is none. Starts nothing."""

    @abstractmethod
    def build_command(self, executable: str, profile: Path, address: str) -> list[str]:
        """Build the command that starts a browser on a page.

        Args:
            executable: what `find_executable` found.
            profile: an empty folder for all that it writes; preferences may be put there.
            address: the page.
        """

    def list_environment(self) -> dict[str, str]:
        """List the environment variables that it needs beside those of all engines."""
        return {}

    def read_version(self, executable: str, environment: Mapping[str, str]) -> str:
        """Read the version that the browser itself states, such as `153.7.0esr`; empty if it states none."""
        command = [executable, "--version"]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=_VERSION_S, check=False
            )
        except (OSError, subprocess.SubprocessError, ValueError):
            return ""
        found = _VERSION.search(done.stdout)
        return found[0] if found is not None else ""

    def explain_missing(self) -> str | None:
        """Explain which program is missing, with the command that installs it; None if none is."""
        if self.find_executable() is None:
            return f"No {self.title} was found. Install it; on Debian with: apt-get install {self.debian_packages[0]}."
        return explain_missing_display() if self.needs_display else None


def list_engines() -> dict[str, BrowserEngine]:
    """List every browser engine by name, sorted, installed or not."""
    engines: dict[str, BrowserEngine] = discover("webparity.parity.drivers.engines", "ENGINE")
    return engines
