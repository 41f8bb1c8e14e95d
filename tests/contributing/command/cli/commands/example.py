"""`webparity example`."""

from __future__ import annotations

import click


@click.command("example")
@click.argument("name")
def command(name: str) -> None:
    """Greet NAME."""
    from webparity.cli.output.console import print_line

    print_line(f"hello, {name}")
