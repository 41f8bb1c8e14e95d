"""Documents are correct: command lines parse, links lead to files and headings."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import click
import pytest

from webparity.cli.main import cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
INSTALLED = {"build", "node_modules", ".venv"}
DOCUMENTS = sorted(
    file
    for file in ROOT.rglob("*.md")
    if not any(part in INSTALLED or part.startswith(".") for part in file.relative_to(ROOT).parts)
)
# A line of an indented or fenced block, or a span of code, that begins with the command.
SHOWN = re.compile(r"^ *webparity (.+)$|`webparity ([^`]+)`", re.MULTILINE)


def get_name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def list_command_lines(page: Path) -> list[str]:
    return [block or span for block, span in SHOWN.findall(page.read_text(encoding="utf-8"))]


def parse(line: str) -> None:
    """Resolve the command and parse its arguments, as the command line would, without running it."""
    command, *arguments = shlex.split(line, comments=True)
    with click.Context(cli, info_name="webparity", **cli.context_settings) as root:
        found = cli.get_command(root, command)
        if found is None:
            raise click.UsageError(f"No such command {command!r}.")
        # A command named in running text stands alone; a line that is shown to be typed has its arguments.
        found.make_context(command, arguments, parent=root, resilient_parsing=not arguments)


@pytest.mark.parametrize("page", PAGES, ids=get_name)
def test_every_command_line_shown_parses(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An option that does all of its work when it is parsed does it here.
    monkeypatch.chdir(tmp_path)
    for line in list_command_lines(page):
        with contextlib.suppress(click.exceptions.Exit):
            parse(line)


def test_command_lines_are_found_at_all() -> None:
    found = {line.split()[0] for page in PAGES for line in list_command_lines(page)}
    assert {"export", "verify", "predict", "serve", "inspect"} <= found


@pytest.mark.parametrize("line", ["exprot model.keras", "verify bundle --imags photos", "export model.keras"])
def test_a_wrong_command_line_would_be_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(line)


def list_anchors(file: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=get_name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in list_anchors(target), f"{link}: no such heading"


def test_links_are_found_at_all() -> None:
    assert len(DOCUMENTS) > 15
    assert "docs/images/page.png" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_parity_table_is_the_measured_one() -> None:
    def read_rows(page: str) -> list[str]:
        _, _, rest = (ROOT / page).read_text(encoding="utf-8").partition("\n| runtime | verdict |")
        return rest.partition("\n\n")[0].splitlines()

    rows = read_rows("README.md")
    assert rows == read_rows("docs/measured.md")
    assert len([row for row in rows if "`webparity@" in row]) == 5
