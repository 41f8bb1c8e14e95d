"""The folders, the package map and the wheel agree."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
SKIPPED = {"build", ".venv", "node_modules", "tests", "parity_tests", "bench", "dist"}


def test_every_package_folder_is_mapped() -> None:
    mapped = set()
    for package in SETTINGS["packages"]:
        parent = max((p for p in SETTINGS["package-dir"] if f"{package}.".startswith(f"{p}.")), key=len)
        mapped.add(SETTINGS["package-dir"][parent] + package.removeprefix(parent).replace(".", "/"))
    found = {
        file.parent.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("__init__.py")
        if not SKIPPED & set(file.relative_to(ROOT).parts)
    }
    assert found == mapped


@pytest.mark.parametrize("lock", ["requirements.lock", "web/package-lock.json"])
def test_locks_carry_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    if lock.endswith(".json"):
        packages = json.loads(text)["packages"]
        assert all("integrity" in entry and "resolved" not in entry for path, entry in packages.items() if path)
    else:
        assert not re.search(r"https?://", text)
        names = re.findall(r"(?m)^[a-z0-9][^\s;]*==", text)
        assert len(names) > 60
        installed = [block for block in re.split(r"\n(?=[a-z0-9])", text) if "== 'never'" not in block.split("\n")[0]]
        assert all("--hash=sha256:" in block for block in installed if "==" in block.split("\n")[0])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(out), str(ROOT)], check=True)
    return next(out.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_the_page_and_declares_no_converter(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert "webparity/assets/page/index.html" in names
    assert "webparity/assets/page/harness.html" in names
    assert "webparity/assets/node/harness.mjs" in names
    assert "webparity/assets/webparity.wasm" in names
    assert any(re.fullmatch(r"webparity/assets/page/assets/.*\.wasm", name) for name in names)
    assert "webparity/bundle/manifest.schema.json" in names
    assert "webparity/parity/views/report.html.j2" in names
    assert "webparity/py.typed" in names
    assert "tensorflowjs" not in metadata
    requirements = re.findall(r"(?m)^Requires-Dist: ([^\n]+)$", metadata)
    assert not [line for line in requirements if "tensorflow" in line and "extra ==" not in line]


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment of its own, where plain pip has installed the wheel and nothing beside it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    _get_pip(python, "install", wheel)
    return python


def _make_plain_environment() -> dict[str, str]:
    """This environment without what would let Python find packages elsewhere."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def _get_pip(python: Path, *arguments: str | Path) -> str:
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_make_plain_environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


def _get_webparity(python: Path, *arguments: str | Path) -> str:
    command = [python.with_name("webparity"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_make_plain_environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_alone_predicts_and_verifies_with_the_module(elsewhere: Path, demo_bundle: Path) -> None:
    listed = _get_pip(elsewhere, "list", "--format=json")
    names = {entry["name"].lower() for entry in json.loads(listed)}
    assert not names & {"onnxruntime", "tensorflow", "tensorflow-cpu", "keras", "scikit-learn", "onnx", "scipy"}

    image = next((demo_bundle / "site" / "golden").glob("*.jpg"))
    (prediction,) = json.loads(_get_webparity(elsewhere, "predict", demo_bundle, image, "--json"))
    assert prediction["label"] in prediction["probabilities"]

    report = json.loads(_get_webparity(elsewhere, "verify", demo_bundle, "--runtime", "webparity@python", "--json"))
    assert report["verdict"] == "pass"
    assert report["reference"]["stand_in"]


@pytest.mark.slow
@pytest.mark.full
def test_plain_pip_can_resolve_every_extra_together(elsewhere: Path, wheel: Path) -> None:
    extras = ",".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])
    _get_pip(elsewhere, "install", "--dry-run", f"{wheel}[{extras}]")
