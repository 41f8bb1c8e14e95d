"""`webparity serve`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("serve")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option(
    "--expect-digest", metavar="HEX", help="Refuse (exit 2) unless the bundle has this digest, as export printed it."
)
def command(bundle: Path, port: int, expect_digest: str | None) -> None:
    """Serve a bundle's static page on this machine until Ctrl+C.

    \b
    Examples:
      webparity serve build/demo/bundle --port 8080
      webparity serve bundle --expect-digest 5f0c…    that very bundle only
    """
    from webparity.cli.work.serve import serve_until_stopped

    serve_until_stopped(bundle, port, expect_digest=expect_digest)
