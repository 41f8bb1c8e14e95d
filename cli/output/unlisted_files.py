"""The warning about files that a bundle's manifest does not list, for commands that use a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webparity.cli.output.console import get_console

if TYPE_CHECKING:
    from webparity.bundle.read import Bundle


def warn_of_unlisted_files(bundle: Bundle) -> None:
    """Print a warning that names unlisted files to standard error, if there are any."""
    from webparity.bundle.unlisted_files import describe_unlisted_files, list_unlisted_files

    warning = describe_unlisted_files(list_unlisted_files(bundle))
    if warning is not None:
        get_console().print(warning, style="yellow")
