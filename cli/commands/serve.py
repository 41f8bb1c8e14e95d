"""`webparity serve`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("serve")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
def command(bundle: Path, port: int) -> None:
    """Serve a bundle's static page on this machine until Ctrl+C.

    \b
    Example:
      webparity serve build/demo/bundle --port 8080
    """
    from webparity.cli.serving import serve_until_stopped

    serve_until_stopped(bundle, port)
