"""Visits to the shipped page, shared by the page's tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

from webparity.parity.drivers.engines.chromium import ENGINE as CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

ANSWER_MS: Final = 60_000
MODULE: Final = "webparity, WASM"
LIBRARY: Final = "TensorFlow.js, WASM"
WEBGL: Final = "TensorFlow.js, WebGL"


def launch_chromium(playwright: Playwright) -> Browser:
    """Start Chromium by Playwright's synchronous API, with the flags that `verify` starts it with."""
    return playwright.chromium.launch(executable_path=CHROMIUM.find_executable(), args=CHROMIUM.list_flags())


class Visit:
    """One visit to the page, with everything it asked the network for and everything it complained about."""

    def __init__(self, page: Page, address: str, *, wait_until: Any = "load") -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.goto(address, wait_until=wait_until)

    def choose(self, backend: str) -> None:
        self.page.get_by_label("Run with").select_option(label=backend)

    def answer(self) -> str:
        """The label shown, once it is no longer pending."""
        expect(self.page.locator("#answer:not(.pending)")).to_be_visible(timeout=ANSWER_MS)
        return self.page.locator("#top-label").inner_text()

    def sample(self, number: int) -> str:
        self.page.locator(".sample").nth(number).click()
        return self.answer()

    def alert(self) -> str:
        alert = self.page.get_by_role("alert").locator("p")
        expect(alert).to_be_visible(timeout=ANSWER_MS)
        return alert.inner_text()

    def label(self, index: int) -> str:
        """The class's name as the manifest has it."""
        label: str = self.page.evaluate(
            "async (index) => (await (await fetch('manifest.json')).json()).labels[index]",
            index,
        )
        return label


def visit_with(browser: Browser, address: str, prelude: str) -> Visit:
    """Visit the page with a worker that runs `prelude` before it opens a backend."""
    page = browser.new_page()

    def prepend(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=prelude + response.text())

    page.route(re.compile(r"/assets/(worker-entry|module-worker)-[^/]*\.js$"), prepend)
    return Visit(page, address)


def list_samples(site: Path) -> list[dict[str, Any]]:
    """List the golden images that the page offers as samples."""
    golden: list[dict[str, Any]] = json.loads((site / "manifest.json").read_text())["golden"]
    return [image for image in golden if image["sample"]]
