"""The page's tests: the demo's site on a static host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from visits import Visit

from webparity.parity.drivers.server import StaticServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A sub-path, as on many hosts.
_SUB_PATH = "/some/where/deep/"


@pytest.fixture(scope="session")
def site(demo_bundle: Path) -> Path:
    """The demo's site; do not change it."""
    return demo_bundle / "site"


@pytest.fixture(scope="session")
def golden(site: Path) -> list[dict[str, Any]]:
    """The manifest's golden images."""
    images: list[dict[str, Any]] = json.loads((site / "manifest.json").read_text())["golden"]
    return images


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """URL of the demo's page."""
    with StaticServer({_SUB_PATH: site}) as server:
        yield server.origin + _SUB_PATH


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visit on a wide screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page(), address)
    context.close()
