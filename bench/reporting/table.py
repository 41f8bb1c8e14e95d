"""Rows of measured figures, each with its bound and its aim, and the section of a page that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Section:
    """A section of a page, which one benchmark writes.

    Attributes:
        script: path of the benchmark, by which the section is found again.
        title: its heading.
        words: what the figures are.
    """

    script: str
    title: str
    words: str

    @property
    def begin(self) -> str:
        """The comment before it."""
        return f"<!-- {self.script} -->\n"

    @property
    def end(self) -> str:
        """The comment behind it."""
        return f"<!-- /{self.script} -->\n"

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds it in a page."""
        return re.compile(re.escape(self.begin) + ".*?" + re.escape(self.end), re.DOTALL)


DECODING = Section(
    "bench/decode.py",
    "Decoding",
    "The module that every runtime runs, beside a peer in the same run;\n"
    "medians of alternating rounds. *Figure* is ours divided by the peer's, except where it has a unit. *Result*\n"
    "says whether it reaches the aim or only the bound.",
)
PREPROCESSING = Section(
    "bench/preprocess.py",
    "Preprocessing",
    "From decoded pixels to the model's, by the exported graph in native onnxruntime and by\n"
    "the module in Python, on one thread beside the library that each reproduces; processor time, medians of\n"
    "alternating rounds. *Figure* is ours divided by the library's. *Result* says whether it reaches the aim or only\n"
    "the bound.",
)
RUNNING = Section(
    "bench/runtime.py",
    "Inference",
    "The module beside its peers in the same run, on one thread;\n"
    "medians of alternating rounds, after the answers were compared. *Figure* is ours divided by the fastest peer's,\n"
    "except where it has a unit. *Result* says whether it reaches the aim or only the bound.",
)
PAGE = Section(
    "bench/page.py",
    "The page",
    "Visits by Chromium with an empty cache, from a loopback server that sends brotli, in turns\n"
    "with stock pages of the peers; medians. *Figure* is ours divided by the fastest peer's, except where it has\n"
    "a unit. *Result* says whether it reaches the aim or only the bound.",
)


@dataclass(frozen=True)
class MeasuredRow:
    """One measured figure.

    Attributes:
        what: what was measured.
        ours: our own figure, with its unit.
        peer: the peer's figure in the same run, with its unit; empty where there is none.
        figure: what bound and aim are about: times the peer's time or speed, milliseconds, or kB.
        bound: what `figure` must reach; None where it only informs.
        aim: what it should reach; None where the bound is all.
        unit: the unit of `figure`; empty for a ratio.
        more_is_better: whether `figure` must be at least `bound`, not at most.
    """

    what: str
    ours: str
    peer: str
    figure: float
    bound: float | None
    aim: float | None
    unit: str = ""
    more_is_better: bool = False

    @property
    def result(self) -> str:
        """Whether the figure reaches its aim, only its bound, or neither; empty where it has none."""
        if self.bound is None:
            return ""
        sign = -1 if self.more_is_better else 1
        if self.aim is not None and sign * self.figure <= sign * self.aim:
            return "aim"
        return "bound" if sign * self.figure <= sign * self.bound else "**missed**"

    def format_line(self) -> str:
        """Format a line of the table."""
        limit = "≥" if self.more_is_better else "≤"
        unit = f" {self.unit}" if self.unit else ""
        digits = 0 if self.figure >= 50 else 1 if self.unit else 2
        cells = [self.what, self.ours, self.peer, f"{self.figure:.{digits}f}{unit}"]
        limits = ["" if each is None else f"{limit} {each:g}" for each in (self.bound, self.aim)]
        return "| " + " | ".join([*cells, *limits, self.result]) + " |"


def render_section(section: Section, rows: Iterable[MeasuredRow], details: dict[str, str]) -> str:
    """Render a section, between two comments by which it is found again."""
    lines = [
        f"## {section.title}",
        "",
        f"Written by `{section.script}`; do not edit. {section.words}",
        "",
        "| what | ours | peer | figure | bound | aim | result |",
        "|---" * 7 + "|",
        *(row.format_line() for row in rows),
        "",
        *(f"- {name}: {value}" for name, value in details.items()),
    ]
    return section.begin + "\n".join(lines) + "\n" + section.end


def find_section(section: Section, text: str) -> str:
    """Find a section in a page; empty where there is none."""
    found = section.pattern.search(text)
    return found[0] if found else ""


def replace_section(section: Section, text: str, rendered: str) -> str:
    """Put a rendered section in the place of the page's own, or at its end."""
    if find_section(section, text):
        return section.pattern.sub(lambda _: rendered, text, count=1)
    return (text.rstrip("\n") + "\n\n" if text else "") + rendered


def write_section(section: Section, page: Path, rows: Iterable[MeasuredRow], details: dict[str, str]) -> None:
    """Write a section into a page and leave the rest as it is."""
    before = page.read_text() if page.is_file() else ""
    page.write_text(replace_section(section, before, render_section(section, rows, details)))
