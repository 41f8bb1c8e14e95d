"""Which harness page a bundle is run by, and what an engine cannot do; starts no browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from webparity.parity.names import RuntimeName
from webparity.parity.runtimes import browser
from webparity.parity.runtimes.browser import BrowserRuntime


def _make_bundle(site: Path, *listed: str) -> Any:
    return SimpleNamespace(site=site, manifest=SimpleNamespace(files=dict.fromkeys(listed, "0" * 64)))


def test_the_page_that_ships_connects() -> None:
    shipped = browser._find_shipped_page()
    assert browser._has_own_harness(_make_bundle(shipped, "harness.html"))


@pytest.mark.parametrize("text", ["<!doctype html><script src='old.js'></script>", ""])
def test_a_page_of_an_earlier_version_is_not_used(tmp_path: Path, text: str) -> None:
    (tmp_path / "harness.html").write_text(text)
    assert not browser._has_own_harness(_make_bundle(tmp_path, "harness.html"))


def test_a_page_without_a_digest_is_not_used() -> None:
    assert not browser._has_own_harness(_make_bundle(browser._find_shipped_page(), "index.html"))


def test_what_an_engine_cannot_do_is_unavailable_with_its_reason() -> None:
    name = RuntimeName(runtime="tfjs", backend="webgl", engine="webkit")
    reason = "WebKitGTK has no WebGL in workers, where models run. Use it in Chromium."
    assert BrowserRuntime.explain_unsupported(name) == reason
    assert BrowserRuntime.explain_unavailable(name) == f"{name} cannot be reached. {reason}"
    for backend in ("cpu", "wasm"):
        assert BrowserRuntime.explain_unsupported(RuntimeName(runtime="tfjs", backend=backend, engine="webkit")) is None
