"""Rows of measured figures, each with its bound and its aim, and the section of a page that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BEGIN = "<!-- bench/decode.py -->\n"
_END = "<!-- /bench/decode.py -->\n"
_SECTION = re.compile(re.escape(_BEGIN) + ".*?" + re.escape(_END), re.DOTALL)


@dataclass(frozen=True)
class MeasuredRow:
    """One measured figure.

    Attributes:
        what: what was measured.
        ours: our own figure, with its unit.
        peer: the peer's figure in the same run, with its unit; empty where there is none.
        figure: what bound and aim are about: times the peer's time or speed, milliseconds, or kB.
        bound: what `figure` must reach.
        aim: what it should reach.
        unit: the unit of `figure`; empty for a ratio.
        more_is_better: whether `figure` must be at least `bound`, not at most.
    """

    what: str
    ours: str
    peer: str
    figure: float
    bound: float
    aim: float
    unit: str = ""
    more_is_better: bool = False

    @property
    def result(self) -> str:
        """Whether the figure reaches its aim, only its bound, or neither."""
        sign = -1 if self.more_is_better else 1
        if sign * self.figure <= sign * self.aim:
            return "aim"
        return "bound" if sign * self.figure <= sign * self.bound else "**missed**"

    def format_line(self) -> str:
        """Format a line of the table."""
        limit = "≥" if self.more_is_better else "≤"
        unit = f" {self.unit}" if self.unit else ""
        digits = 0 if self.figure >= 50 else 1 if self.unit else 2
        cells = [self.what, self.ours, self.peer, f"{self.figure:.{digits}f}{unit}"]
        return "| " + " | ".join([*cells, f"{limit} {self.bound:g}", f"{limit} {self.aim:g}", self.result]) + " |"


def render_section(rows: Iterable[MeasuredRow], details: dict[str, str]) -> str:
    """Render the section, between two comments by which it is found again."""
    lines = [
        "## Decoding",
        "",
        "Written by `bench/decode.py`; do not edit. The module that every runtime runs, beside a peer in the same run;",
        "medians of alternating rounds. *Figure* is ours divided by the peer's, except where it has a unit. *Result*",
        "says whether it reaches the aim or only the bound.",
        "",
        "| what | ours | peer | figure | bound | aim | result |",
        "|---" * 7 + "|",
        *(row.format_line() for row in rows),
        "",
        *(f"- {name}: {value}" for name, value in details.items()),
    ]
    return _BEGIN + "\n".join(lines) + "\n" + _END


def find_section(text: str) -> str:
    """Find the section in a page; empty where there is none."""
    found = _SECTION.search(text)
    return found[0] if found else ""


def replace_section(text: str, section: str) -> str:
    """Put the section in the place of the page's own, or at its end."""
    if find_section(text):
        return _SECTION.sub(lambda _: section, text, count=1)
    return (text.rstrip("\n") + "\n\n" if text else "") + section


def write_section(page: Path, section: str) -> None:
    """Write the section into a page and leave the rest as it is."""
    page.write_text(replace_section(page.read_text() if page.is_file() else "", section))
