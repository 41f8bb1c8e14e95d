"""A virtual X display, `Xvfb`, for a browser that needs one; only holders of its cookie can connect."""

from __future__ import annotations

import os
import secrets
import select
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Final

from webparity.errors import RuntimeUnavailable

_START_S: Final = 30.0
_COOKIE_NAME: Final = b"MIT-MAGIC-COOKIE-1"
_ANY_HOST: Final = 0xFFFF


def explain_missing_display() -> str | None:
    """Explain that the display server is missing, with the command that installs it; None if it is there."""
    if shutil.which("Xvfb") is None:
        return "Xvfb, a virtual display, was not found. Install it; on Debian with: apt-get install xvfb."
    return None


def write_cookie(file: Path) -> None:
    """Write a new cookie in the format of `.Xauthority`, for any host and display number."""
    parts = (b"", b"", _COOKIE_NAME, secrets.token_bytes(16))
    file.touch(mode=0o600)
    file.write_bytes(struct.pack(">H", _ANY_HOST) + b"".join(struct.pack(">H", len(p)) + p for p in parts))


def start_display(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """Start a display on a free number.

    Args:
        folder: where its cookie is written.

    Returns:
        The process, which SIGTERM ends without leftovers, and the environment variables of its clients.

    Raises:
        RuntimeUnavailable: it did not start.
    """
    cookie = folder / "Xauthority"
    write_cookie(cookie)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
    try:
        process = subprocess.Popen(
            [*command, "-auth", str(cookie)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
            start_new_session=True,
        )
    finally:
        os.close(writing)
    # Its end closes the pipe, which then reads as empty.
    with os.fdopen(reading) as pipe:
        ready, _, _ = select.select([pipe], [], [], _START_S)
        number = pipe.readline().strip() if ready else ""
    if not number:
        process.kill()
        process.wait()
        raise RuntimeUnavailable("Expected Xvfb to start a display; it did not. Run it by hand to see why.")
    return process, {"DISPLAY": f":{number}", "XAUTHORITY": str(cookie)}
