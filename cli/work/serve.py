"""Serving a page locally, for the commands `serve` and `demo`."""

from __future__ import annotations

import threading
from pathlib import Path

from webparity.cli.output.console import get_console, print_line
from webparity.errors import BundleError, UsageError


def serve_until_stopped(bundle: Path, port: int, *, expect_digest: str | None = None) -> None:
    """Serve a bundle's site on 127.0.0.1 and print its address.

    Raises:
        BundleError: the bundle has no page, is damaged, or has another digest.
        UsageError: the port is taken.
    """
    from webparity.bundle.read import open_bundle, require_intact
    from webparity.cli.output.unlisted_files import warn_of_unlisted_files
    from webparity.parity.drivers.server import StaticServer

    opened = open_bundle(bundle, expect_digest=expect_digest)
    require_intact(opened)
    warn_of_unlisted_files(opened)
    if opened.manifest.page is None:
        raise BundleError(f"Expected a bundle with a page; received {bundle} without one. Export it with --page.")
    server = StaticServer({"/": opened.site}, port=port)
    try:
        server.__enter__()
    except OSError as error:
        raise UsageError(f"Expected a free port; received {port}: {error.strerror}. Choose another --port.") from error
    try:
        print_line(f"Serving {opened.manifest.name} at {server.origin}/   (Ctrl+C stops)")
        threading.Event().wait()
    except KeyboardInterrupt:
        get_console().print()
        get_console().print("Stopped.")
    finally:
        server.__exit__(None, None, None)
