"""Hostile names: terminal escapes, forged lines, HTML, CSV formulas and invalid XML characters."""

from __future__ import annotations

import re

FORGED = "FORGED photo.png  cat  100.00%"
# Each is a label, a file name, a title, an id or a reason.
HOSTILE = (
    f"a\n{FORGED}",
    f"b\r{FORGED}",
    "c\x1b[31mred\x1b[2J",
    "d\x1b]0;title\x07",
    "e\x1b]8;;http://attacker.example\x1b\\link\x1b]8;;\x1b\\",
    "f\x9b31mC1\x85next\x90dcs",
    "g\u202egnp.exe\u2066\u2069\u200f",
    "h\u2028line\u2029paragraph",
    "i[red]markup[/red][link=http://attacker.example]x[/link]",
    "j[/]",
    ":smile:",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "k;=1+1",
    "l\x01\x08\x0b\x0c\x7f",
    "m\ufffe\uffff\ufdd0",
    "n<script>alert(1)</script>&\"'{{ 7 * 7 }}{% raw %}",
    "o]]><x/>",
    "\t=tab",
    "p\U000e0041\U000e0001tag",
    "q$\\frac$_^",
)
CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0\ufffe\uffff\ud800-\udfff]"
)


def assert_escaped(text: str) -> None:
    """Fail where a terminal would obey a name: a control character, or a line that a name has forged."""
    found = CONTROLS.search(text)
    assert found is None, f"{found[0]!r} in {text[max(0, found.start() - 60) : found.end() + 20]!r}"
    assert not any(
        line.lstrip().startswith("FORGED") for line in re.split(r"[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
    )
