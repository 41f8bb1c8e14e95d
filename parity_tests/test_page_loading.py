"""The page while it loads: what comes, what stalls and what is missing is named, and trying again works."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faulty_server import Fault, FaultyServer
from playwright.sync_api import expect
from visits import ANSWER_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Fifteen seconds without a byte, and what a loaded machine takes on top.
_STALL_MS = 55_000
_TRY_AGAIN = "Try again"


@pytest.fixture
def server(site: Path) -> Iterator[FaultyServer]:
    with FaultyServer(site) as started:
        yield started


def _asset(site: Path, pattern: str) -> str:
    (found,) = [file for file in (site / "assets").iterdir() if re.fullmatch(pattern, file.name)]
    return f"assets/{found.name}"


def _shard(site: Path) -> str:
    (found,) = site.glob("model/tfjs-graph*/*.bin")
    return found.relative_to(site).as_posix()


def test_what_has_come_is_shown_in_bytes(browser: Browser, site: Path, server: FaultyServer) -> None:
    server.faults[_asset(site, r"tfjs-backend-wasm-simd-.*\.wasm")] = "stalled"
    visit = Visit(browser.new_page(), server.address)
    expect(visit.page.locator("#load-size")).to_have_text(re.compile(r"^\d+ kB of [\d.]+ MB$"), timeout=ANSWER_MS)
    expect(visit.page.locator("#empty-text")).to_have_text("Loading TensorFlow.js, WASM.")
    value, most = visit.page.locator("#load-bar").evaluate("(bar) => [bar.value, bar.max]")
    assert 0 < value < most
    visit.page.close()


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("model", "stalled"),
        ("model", "cut"),
        ("model", "missing"),
        (r"tfjs-backend-wasm-simd-.*\.wasm", "cut"),
        (r"graph-.*\.js", "stalled"),
        (r"graph-.*\.js", "cut"),
        (r"graph-.*\.js", "missing"),
        (r"worker-entry-.*\.js", "missing"),
        (r"worker-(?!entry).*\.js", "stalled"),
        (r"worker-(?!entry).*\.js", "cut"),
        (r"worker-(?!entry).*\.js", "missing"),
    ],
)
def test_a_file_that_does_not_come_whole_is_named_and_trying_again_works(
    browser: Browser, site: Path, server: FaultyServer, pattern: str, fault: Fault
) -> None:
    path = _shard(site) if pattern == "model" else _asset(site, pattern)
    server.faults[path] = fault
    context = browser.new_context()
    visit = Visit(context.new_page(), server.address)
    alert = visit.page.get_by_role("alert").locator("p")
    expect(alert).to_contain_text(path, timeout=_STALL_MS)
    words = {"stalled": "nothing came for 15 s", "cut": "bytes instead of", "missing": "404"}
    assert words[fault] in alert.inner_text()
    expect(visit.page.locator("#load")).to_be_hidden()
    server.faults.clear()
    visit.page.get_by_role("button", name=_TRY_AGAIN).click()
    expect(visit.page.locator("#empty-text")).to_have_text(re.compile("^Choose"), timeout=ANSWER_MS)
    assert visit.sample(0) != ""
    context.close()


@pytest.mark.parametrize("fault", ["stalled", "cut", "missing"])
@pytest.mark.parametrize("pattern", [r"index-.*\.js", r"client-.*\.js"])
def test_a_page_whose_own_code_does_not_come_says_which(
    browser: Browser, site: Path, server: FaultyServer, pattern: str, fault: Fault
) -> None:
    path = _asset(site, pattern)
    server.faults[path] = fault
    context = browser.new_context()
    visit = Visit(context.new_page(), server.address, wait_until="commit")
    alert = visit.page.get_by_role("alert").locator("p")
    expect(alert).to_contain_text(path, timeout=_STALL_MS)
    assert alert.inner_text().startswith("Expected the whole of the page; received ")
    assert visit.page.locator("#lede").inner_text() == ""
    server.faults.clear()
    visit.page.get_by_role("button", name="Reload").click()
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    assert visit.sample(0) != ""
    context.close()


def test_a_style_sheet_that_stalls_does_not_keep_the_page_from_answering(
    browser: Browser, site: Path, server: FaultyServer
) -> None:
    server.faults[_asset(site, r"index-.*\.css")] = "stalled"
    visit = Visit(browser.new_page(), server.address, wait_until="commit")
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=_STALL_MS)
    assert visit.sample(0) != ""
    visit.page.close()


@pytest.mark.parametrize("fault", ["stalled", "missing"])
def test_a_manifest_that_does_not_come_is_named_and_trying_again_works(
    browser: Browser, server: FaultyServer, fault: Fault
) -> None:
    server.faults["manifest.json"] = fault
    context = browser.new_context()
    visit = Visit(context.new_page(), server.address)
    expect(visit.page.get_by_role("alert").locator("p")).to_contain_text("manifest.json", timeout=_STALL_MS)
    server.faults.clear()
    visit.page.get_by_role("button", name=_TRY_AGAIN).click()
    assert visit.sample(0) != ""
    context.close()


def test_a_page_opened_from_a_file_names_the_way_out(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").resolve().as_uri())
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Expected this page from a web server; it was opened from a file")
    expect(alert).to_contain_text("Run `webparity serve`")
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    page.close()


def test_a_browser_without_modules_is_told_so(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("delete HTMLScriptElement.prototype.noModule")
    page.route(re.compile(r"/assets/index-[^/]*\.js$"), lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("Expected a browser that runs JavaScript modules")
    page.close()


def test_a_page_without_javascript_says_so(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert "needs JavaScript" in page.locator("noscript").inner_text()
    context.close()


def test_an_altered_model_is_named_and_never_run(browser: Browser, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    path = _shard(copy)
    whole = (copy / path).read_bytes()
    (copy / path).write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    with FaultyServer(copy) as server:
        visit = Visit(browser.new_page(), server.address)
        assert path in visit.alert()
        visit.page.locator(".sample").first.click()
        assert path in visit.alert()
        expect(visit.page.locator("#answer")).to_be_hidden()
        visit.page.close()


def test_a_page_that_loads_complains_of_nothing(browser: Browser, server: FaultyServer) -> None:
    visit = Visit(browser.new_page(), server.address)
    visit.sample(0)
    visit.page.wait_for_timeout(500)
    assert visit.complaints == []
    # The negative control of all above: nothing of the page is asked for twice while all goes well.
    code = [path for path in server.requests if path.endswith((".js", ".css"))]
    assert sorted(code) == sorted(set(code))
    visit.page.close()
