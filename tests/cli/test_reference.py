"""docs/cli.md is up to date with the commands' help."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import click

from webparity.cli.main import cli

ROOT = Path(__file__).parents[2]


def test_the_reference_is_not_stale() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "cli-reference"))["render_page"]()
    committed = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert made == committed, "make it anew: .venv/bin/python scripts/cli-reference > docs/cli.md"


def test_no_line_of_a_help_is_wider_than_a_terminal() -> None:
    def list_helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
        context = click.Context(command, info_name=path, terminal_width=80, max_content_width=80)
        yield path, command.get_help(context)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from list_helps(found, f"{path} {name}")

    helps = dict(list_helps(cli, "webparity"))
    assert "webparity preprocessing guess" in helps
    assert [(path, line) for path, text in helps.items() for line in text.splitlines() if len(line) > 80] == []
