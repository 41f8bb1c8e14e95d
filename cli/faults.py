"""Messages about internal errors, and the file to which the traceback is written."""

from __future__ import annotations

import os
import tempfile
import traceback
from contextlib import suppress

from webparity.text.visible import escape_invisible


def describe_fault(error: BaseException) -> str:
    """Describe an internal error; the traceback is written to a private file in the temporary folder (`TMPDIR`).

    Never raises an `Exception`: a full disk, or memory that is used up, only costs the file.

    Returns:
        One sentence: the rule, what was received, where the traceback is.
    """
    what = f"Expected no fault in webparity itself; received {type(error).__name__}"
    with suppress(Exception):
        what += f": {error}" if str(error) else ""
    what += _place(error)
    try:
        kept = f"Its traceback is in {_keep(error)}; open an issue with that file."
    except Exception as refused:  # noqa: BLE001 - the disk is full, or no memory is left to format the traceback
        reason = getattr(refused, "strerror", None) or type(refused).__name__
        kept = (
            f"Open an issue with this sentence; the traceback could not be kept in {tempfile.gettempdir()}: {reason}."
        )
    return escape_invisible(f"{what}. {kept}")


def _place(error: BaseException) -> str:
    with suppress(Exception):
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            return f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno}"  # noqa: PTH119 - no import of ours may fail here
    return ""


def _keep(error: BaseException) -> str:
    """Write the traceback, with control characters escaped."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    descriptor, path = tempfile.mkstemp(prefix="webparity-fault-", suffix=".txt", text=True)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(f"{escape_invisible(line)}\n" for line in lines)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - no import of ours may fail here
        raise
    return path
