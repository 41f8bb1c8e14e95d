"""docs/cli.md is up to date with the commands' help."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_not_stale() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "cli-reference"))["render_page"]()
    committed = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert made == committed, "make it anew: .venv/bin/python scripts/cli-reference > docs/cli.md"
