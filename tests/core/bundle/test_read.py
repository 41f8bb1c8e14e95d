"""Damaged bundles are refused with an error that names the damage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from webparity.bundle.read import list_failing_files, open_bundle, require_intact
from webparity.errors import BundleError


@pytest.fixture
def bundle(demo_bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_bundle, tmp_path / "bundle"))


def _find_shard(bundle: Path) -> Path:
    return next((bundle / "site" / "model" / "tfjs-graph-float32").glob("weights-*.bin"))


def test_the_folder_and_its_site_open_alike(bundle: Path) -> None:
    assert open_bundle(bundle) == open_bundle(bundle / "site")
    assert open_bundle(bundle).source == bundle / "source"
    assert list_failing_files(open_bundle(bundle)) == []


def test_a_site_alone_has_no_source(bundle: Path, tmp_path: Path) -> None:
    alone = shutil.copytree(bundle / "site", tmp_path / "elsewhere")
    assert open_bundle(alone).source is None


@pytest.mark.parametrize("damage", ["missing", "truncated", "altered", "longer"])
def test_a_damaged_file_is_named(bundle: Path, damage: str) -> None:
    file = _find_shard(bundle)
    data = bytearray(file.read_bytes())
    if damage == "missing":
        file.unlink()
    elif damage == "altered":
        data[1000] ^= 1
        file.write_bytes(data)
    else:
        file.write_bytes(data[:-1] if damage == "truncated" else data + b"0")
    opened = open_bundle(bundle)
    assert list_failing_files(opened) == [f"site/model/tfjs-graph-float32/{file.name}"]
    with pytest.raises(BundleError, match=file.name):
        require_intact(opened)


def test_an_altered_source_is_named(bundle: Path) -> None:
    file = next((bundle / "source").glob("*.keras"))
    file.write_bytes(file.read_bytes()[:-1])
    assert list_failing_files(open_bundle(bundle)) == [f"source/{file.name}"]


def test_every_file_of_the_site_is_in_the_manifest(bundle: Path) -> None:
    site = bundle / "site"
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert files - {"manifest.json", "index.html"} == set(open_bundle(bundle).manifest.files)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "valid"),
        (b"{", "valid"),
        (b"[]", "valid"),
        (b'{"format": 2}', "Expected format 1"),
        (b'{"format": 1}', "missing required field"),
        (b"\xff\xfe", "valid"),
    ],
)
def test_a_manifest_that_is_none_is_refused(bundle: Path, content: bytes, said: str) -> None:
    (bundle / "site" / "manifest.json").write_bytes(content)
    with pytest.raises(BundleError, match=said):
        open_bundle(bundle)


def test_paths_that_leave_the_bundle_are_refused(bundle: Path) -> None:
    file = bundle / "site" / "manifest.json"
    document = json.loads(file.read_text())
    document["files"]["../outside"] = {"sha256": "0" * 64, "bytes": 1}
    file.write_text(json.dumps(document))
    with pytest.raises(BundleError, match=r"\.\./outside"):
        open_bundle(bundle)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BundleError, match="Expected a bundle folder"):
            open_bundle(path)
