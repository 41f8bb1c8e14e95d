"""The notebooks run, give the outputs that they are kept with, and say nothing of the machine they ran on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
NAMES = sorted(file.stem for file in EXAMPLES.glob("*.ipynb"))
QUICK = "scikit-learn-digits"
_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|opt|work|Users|mnt)/|[A-Z]:\\\\|file://|localhost|127\.0\.0\.1")
# What depends on the processor: digits of numbers, and so digests and pictures.
_NUMBER = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+|\b[0-9a-f]{8,64}\b|-?\d+(?:\.\d+)?(?:e-?\d+)?")


def read(file: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return cells


def list_outputs(file: Path) -> list[tuple[str, str, str]]:
    """Each output as its type, its format and its text."""
    found: list[tuple[str, str, str]] = []
    for cell in read(file):
        for output in cell.get("outputs", ()):
            kind = output["output_type"]
            data = output.get("data", {output.get("name", "error"): output.get("text", output.get("traceback", ""))})
            found += [(kind, form, "".join(text)) for form, text in data.items()]
    return found


def mask(text: str) -> str:
    """Leave out numbers, and the order of labels where numbers decide it."""
    masked = _NUMBER.sub("#", text.rsplit("</style>", maxsplit=1)[-1] if "</style>" in text else text)
    return re.sub(r"\{.*\}", "{}", masked)


def execute(name: str, out: Path) -> None:
    # No request leaves the machine: every proxy is a closed port.
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, str(ROOT / "scripts" / "execute-notebooks"), "--out", str(out), name]
    done = subprocess.run(command, env={**os.environ, **closed}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_there_are_notebooks() -> None:
    assert len(NAMES) == 4
    assert QUICK in NAMES


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == QUICK else pytest.mark.full) for name in NAMES]
)
def test_a_notebook_runs_and_gives_the_outputs_that_it_is_kept_with(name: str, tmp_path: Path) -> None:
    execute(name, tmp_path)
    kept, given = (list_outputs(folder / f"{name}.ipynb") for folder in (EXAMPLES, tmp_path))
    assert [(kind, form) for kind, form, _ in given] == [(kind, form) for kind, form, _ in kept]
    for (_, form, had), (_, _, has) in zip(kept, given, strict=True):
        if form != "text/html":
            assert mask(has) == mask(had)
    reports = [text for _, form, text in given if form == "text/plain" and "VerificationReport" in text]
    assert reports
    assert all("verdict='pass'" in text for text in reports)


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_notebook_was_run_in_order_without_errors(name: str) -> None:
    code = [cell for cell in read(EXAMPLES / f"{name}.ipynb") if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = list_outputs(EXAMPLES / f"{name}.ipynb")
    assert {kind for kind, _, _ in outputs} <= {"execute_result", "display_data", "stream"}
    # The export says which targets a model cannot have; nothing else may warn.
    assert [text for _, form, text in outputs if form == "stderr" and not text.startswith("without tfjs-graph: ")] == []
    assert any("VerificationReport" in text and "verdict='pass'" in text for _, _, text in outputs)


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_notebook_names_no_machine_and_fetches_nothing(name: str) -> None:
    file = EXAMPLES / f"{name}.ipynb"
    text = file.read_text(encoding="utf-8")
    assert _MACHINE.findall(text) == []
    assert len(text) < 150_000
    assert set(json.loads(text)["metadata"]) == {"kernelspec"}
    for _, form, html in list_outputs(file):
        if form == "text/html":
            assert re.findall(r'(?:src|href)="(?!data:image/)', html) == []
            assert "<script" not in html


def test_a_machine_path_would_be_found() -> None:
    assert _MACHINE.search("Bundle(site='/tmp/x/bundle/site')")
    assert not _MACHINE.search("Bundle(site='bundle/site')")


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_has_a_row_for_each(name: str) -> None:
    assert f"| [{name}]({name}.ipynb) |" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
