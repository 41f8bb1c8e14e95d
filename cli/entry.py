"""Console entry point `webparity`; Ctrl+C ends it with exit code 130 at any time, also during imports."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def main() -> None:
    """Run the command line; see `webparity.cli.main.main` for the exit codes."""
    sys.unraisablehook = _repeat_interrupt
    try:
        from webparity.cli.main import main as run

        run()
    except KeyboardInterrupt:
        # Raised during imports, or while the last message was written; otherwise Python would print a traceback.
        os.write(2, b"Stopped.\n")
        os._exit(130)
    finally:
        _ignore_interrupts()


def _repeat_interrupt(unraisable: UnraisableHookArgs) -> None:
    """Repeat a Ctrl+C that came during a destructor or a callback, where Python prints a traceback and goes on."""
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
        return
    import _thread
    import signal
    import time

    # Interrupts come to the main thread alone.
    thread = _thread.get_ident()

    def interrupt_later() -> None:
        # By then, the destructor is done.
        time.sleep(0.01)
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            # Other than `interrupt_main`, this wakes a thread that sleeps.
            signal.pthread_kill(thread, signal.SIGINT)

    _thread.start_new_thread(interrupt_later, ())


def _ignore_interrupts() -> None:
    """Ignore signals: only cleanup remains, and the exit code is known."""
    if "signal" in sys.modules:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
