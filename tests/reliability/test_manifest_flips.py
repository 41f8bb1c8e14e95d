"""One-bit flips of manifest.json: each is refused, or leaves the manifest's value as it was.

Two thousand in `make test`, ten thousand in `make test-all`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flips import FEWER_FLIPS, FLIPS, Counts, digest_canonical_form, flip_bits

from webparity.bundle.read import open_bundle, require_intact
from webparity.errors import BundleError
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.chromium import ENGINE as CHROMIUM
from webparity.parity.drivers.node import NodeDriver
from webparity.parity.drivers.server import StaticServer

OPEN = {"runtime": "nothing", "backend": "cpu", "artifact": "onnx-float32"}
# The harness opens the manifest, checks it, and only then misses the runtime: that is how acceptance shows.
ACCEPTED = "nothing"


@pytest.fixture
def flips(full: bool) -> int:
    """Number of bits flipped, one at a time."""
    return FLIPS if full else FEWER_FLIPS


def _is_accepted(path: Path, *, whole: bool = False, **options: Any) -> bool:
    try:
        opened = open_bundle(path, **options)
        if whole:
            require_intact(opened)
    except BundleError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["source", "page", "expected"])
def test_no_flip_is_silent_in_python(
    sealed_bundle: Path, tmp_path: Path, kept: str, show_figure: Callable[[str], None], flips: int
) -> None:
    site = tmp_path / "bundle" / "site"
    shutil.copytree(sealed_bundle / "site", site)
    digest = open_bundle(sealed_bundle).digest
    if kept == "source":
        shutil.copytree(sealed_bundle / "source", site.parent / "source")
    if kept != "page":
        (site / "index.html").unlink()
    options = {"expect_digest": digest} if kept == "expected" else {}
    assert _is_accepted(site.parent, **options)
    data = (site / "manifest.json").read_bytes()
    counts = Counts()
    for changed in flip_bits(data, flips if kept == "source" else flips // 10):
        (site / "manifest.json").write_bytes(changed)
        counts.add(
            accepted=_is_accepted(site.parent, whole=kept == "page", **options),
            same=digest_canonical_form(changed) == digest,
        )
    show_figure(f"Python, held by {kept}: {counts}")
    assert counts.silent == 0


@pytest.mark.slow
def test_no_flip_of_source_json_is_silent(
    sealed_bundle: Path, tmp_path: Path, show_figure: Callable[[str], None]
) -> None:
    bundle = Path(shutil.copytree(sealed_bundle, tmp_path / "bundle"))
    file = bundle / "source" / "source.json"
    data = file.read_bytes()
    counts = Counts()
    for changed in flip_bits(data, len(data) * 8):
        file.write_bytes(changed)
        counts.add(accepted=_is_accepted(bundle), same=digest_canonical_form(changed) == digest_canonical_form(data))
    show_figure(f"source.json: {counts}")
    assert counts.silent == 0


@pytest.mark.slow
def test_no_flip_is_silent_in_node(
    sealed_bundle: Path, tmp_path: Path, show_figure: Callable[[str], None], flips: int
) -> None:
    digest = open_bundle(sealed_bundle).digest
    data = (sealed_bundle / "site" / "manifest.json").read_bytes()
    file = tmp_path / "manifest.json"
    counts = Counts()
    with NodeDriver() as node:

        def is_accepted(content: bytes) -> bool:
            file.write_bytes(content)
            reply = node.call("open", {**OPEN, "site": str(tmp_path), "digest": digest}, timeout=60)
            return ACCEPTED in reply["error"]["message"]

        assert is_accepted(data)
        for changed in flip_bits(data, flips):
            counts.add(accepted=is_accepted(changed), same=digest_canonical_form(changed) == digest)
    show_figure(f"Node: {counts}")
    assert counts.silent == 0


@pytest.mark.slow
def test_no_flip_is_silent_in_chromium(
    sealed_bundle: Path, tmp_path: Path, show_figure: Callable[[str], None], flips: int
) -> None:
    digest = open_bundle(sealed_bundle).digest
    site = sealed_bundle / "site"
    documents = [(site / "manifest.json").read_bytes(), *flip_bits((site / "manifest.json").read_bytes(), flips)]
    for number, document in enumerate(documents):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "manifest.json").write_bytes(document)
    folders = {"/manifests/": tmp_path, "/site/": site}
    with StaticServer(folders) as server, BrowserPage(CHROMIUM) as chromium:
        chromium.open_harness(f"{server.origin}/site/harness.html")
        params = {**OPEN, "digest": digest}
        said = [
            chromium.call("open", {**params, "site": f"{server.origin}/manifests/{number}/"}, timeout=20)
            for number in range(len(documents))
        ]
    accepted = [ACCEPTED in reply["error"]["message"] for reply in said]
    assert accepted[0]
    counts = Counts()
    for ok, changed in zip(accepted[1:], documents[1:], strict=True):
        counts.add(accepted=ok, same=digest_canonical_form(changed) == digest)
    show_figure(f"Chromium: {counts}")
    assert counts.silent == 0


def test_negative_control_flips_without_a_digest_are_silent(sealed_bundle: Path, tmp_path: Path) -> None:
    """Negative control: where nothing holds the digest, flips pass, and the count says so."""
    site = tmp_path / "site"
    shutil.copytree(sealed_bundle / "site", site)
    document = json.loads((site / "manifest.json").read_text())
    document["page"] = None
    data = json.dumps(document).encode()
    counts = Counts()
    for changed in flip_bits(data, 300):
        (site / "manifest.json").write_bytes(changed)
        counts.add(accepted=_is_accepted(site), same=digest_canonical_form(changed) == digest_canonical_form(data))
    assert counts.silent > 0
