"""Console entry point `webparity`; Ctrl+C ends it with exit code 130 at any time, also during imports."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; see `webparity.cli.main.main` for the exit codes."""
    try:
        from webparity.cli.main import main as run

        run()
    except KeyboardInterrupt:
        # Raised during imports, or while the last message was written; otherwise Python would print a traceback.
        os.write(2, b"Stopped.\n")
        os._exit(130)
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    """Ignore signals: only cleanup remains, and the exit code is known."""
    if "signal" in sys.modules:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
