"""Visits of pages by Chromium, each with an empty profile."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from webparity.parity.drivers.engines.chromium import ENGINE

_LONGEST_S = 900.0


def has_chromium() -> bool:
    """Whether a Chromium is installed."""
    return ENGINE.find_executable() is not None


def visit(address: str, answers: Queue[Any], longest_s: float = _LONGEST_S) -> Any:
    """Open a page in a Chromium with an empty profile, and wait for its answer.

    Raises:
        SystemExit: no Chromium is installed, or the page failed or did not answer.
    """
    executable = ENGINE.find_executable()
    if executable is None:
        raise SystemExit("Expected Chromium; received a machine without it. Install it, or leave it out: --no-browser.")
    with tempfile.TemporaryDirectory(prefix="webparity-bench-", ignore_cleanup_errors=True) as profile:
        command = ENGINE.build_command(executable, Path(profile), address)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                answer = answers.get(timeout=longest_s)
            except Empty:
                raise SystemExit(
                    f"Expected an answer of {address} from Chromium; received none in {longest_s:.0f} s."
                ) from None
            finally:
                browser.terminate()
    if isinstance(answer, dict) and "error" in answer:
        raise SystemExit(f"Expected an answer of {address} from Chromium; received an error: {answer['error']}")
    return answer
