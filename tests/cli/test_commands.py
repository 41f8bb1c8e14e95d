"""All commands: help, wrong use and damaged bundles."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from forked_command import Webparity, assert_refused

pytestmark = pytest.mark.slow


def test_help_names_every_command(webparity: Webparity) -> None:
    result = webparity("--help")
    assert "..." not in result.stdout.split("Commands:")[1], "a summary is cut off"
    assert result.returncode == 0
    for command in (
        "cross-validate",
        "demo",
        "evaluate",
        "export",
        "inspect",
        "predict",
        "recipes",
        "serve",
        "train",
        "tune",
        "verify",
    ):
        assert f"\n  {command} " in result.stdout
        assert "Usage" in webparity(command, "--help").stdout


def test_recipes_for_people_and_machines(webparity: Webparity) -> None:
    assert "mnist-cnn" in webparity("recipes").stdout
    named = {recipe["name"]: recipe for recipe in json.loads(webparity("recipes", "--json").stdout)}
    assert named["mnist-cnn"]["options"][0]["default"] == "dropout"
    assert "dropout, initial, dense200" in webparity("recipes", "mnist-cnn").stdout
    assert_refused(webparity("recipes", "nothing"), "mnist-cnn", "nothing")


def test_inspect_shows_the_checksums(webparity: Webparity, demo_bundle: Path) -> None:
    result = webparity("inspect", demo_bundle)
    assert result.returncode == 0
    assert "Every file matches" in result.stdout
    manifest = json.loads(webparity("inspect", demo_bundle, "--json").stdout)
    for artifact in manifest["artifacts"]:
        assert manifest["files"][artifact["entry"]]["sha256"] in result.stdout


@pytest.mark.parametrize("command", ["predict", "inspect", "serve"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "altered", "no manifest"])
def test_damaged_bundles_are_refused(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path, command: str, damage: str
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    file = next((bundle / "site" / "model").rglob("*.onnx"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "no manifest":
        (bundle / "site" / "manifest.json").unlink()
    elif damage == "missing":
        file.unlink()
    else:
        file.write_bytes(data if damage == "altered" else data[:-5])
    image = next((demo_bundle / "site" / "golden").glob("*.jpg"))
    assert_refused(
        webparity(command, bundle, *([image] if command == "predict" else [])),
        "manifest.json" if damage == "no manifest" else file.name,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "nothing-like-it"],
        ["train", "mnist-cnn", "--data", "missing.npz"],
        ["export", "missing", "--out", "bundle"],
        ["export", "{run}", "--out", "bundle", "--target", "coreml"],
        ["export", "{run}", "--out", "bundle", "--labels", "labels.txt"],
        ["export", "{run}", "--out", "bundle", "--calibration", "photos"],
        ["verify", "missing"],
        ["verify", "{bundle}", "--runtime", "jax"],
        ["verify", "{bundle}", "--images", "missing"],
        ["verify", "{bundle}", "--runtime", "onnxruntime", "--against", "missing.json"],
        ["serve", "missing"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_refused(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path, arguments: list[str]
) -> None:
    assert_refused(webparity(*(text.format(run=trained_run, bundle=demo_bundle) for text in arguments)))
    assert list(tmp_path.iterdir()) == []
