"""docs/onnx-operators.md lists the operators that are lowered."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_table_of_operators_is_current() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "onnx-operators"))
    written = (ROOT / "docs" / "onnx-operators.md").read_text("utf-8")
    assert "".join(script["write_page"]()) == written, "make it anew: scripts/onnx-operators > docs/onnx-operators.md"
