"""A new text file, written completely or not at all; an earlier one is never replaced."""

from __future__ import annotations

from pathlib import Path

from webparity.errors import UsageError


def write_new_file(file: Path, content: str, noun: str) -> None:
    """Write a file that must not exist.

    Args:
        file: to be written.
        content: its text.
        noun: what to call it in messages, such as `example`.

    Raises:
        UsageError: it exists or cannot be written; then nothing of it is left.
    """
    try:
        stream = file.open("x", encoding="utf-8")
        try:
            with stream:
                stream.write(content)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise UsageError(
            f"Expected a new file for the {noun}; received {file}, which exists. Remove it or give another name."
        ) from error
    except OSError as error:
        raise UsageError(
            f"Expected a place that can be written for the {noun}; received {file}: {error.strerror}. "
            "Free the disk or give another place."
        ) from error
