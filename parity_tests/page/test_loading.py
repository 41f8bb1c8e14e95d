"""The page while it loads: progress is shown; a file that stalls or is missing is named; trying again works.

A page says after fifteen seconds without a byte that a file stalls. All pages that meet such a file are opened
together, so that the tests wait for these seconds once.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from faulty_server import Fault, FaultyServer
from playwright.sync_api import expect
from visits import ANSWER_MS, LIBRARY, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Fifteen seconds without a byte, and what a loaded machine takes on top.
_STALL_MS = 55_000
_TRY_AGAIN = "Try again"


class FaultyVisit(NamedTuple):
    """A visit to the page behind a server that does not deliver a file of it as it should."""

    server: FaultyServer
    visit: Visit
    path: str


OpenFaulty = Callable[[str, Fault], FaultyVisit]
# Files of the page, by patterns of their names, that stall in these tests.
_STALLING = (
    "model",
    "shard",
    "manifest.json",
    r"graph-.*\.js",
    r"worker-(?!entry).*\.js",
    r"module-worker-.*\.js",
    r"index-.*\.js",
    r"webparity-.*\.wasm",
    r"index-.*\.css",
)
# Files that only a visitor loads who chooses TensorFlow.js.
_OF_LIBRARY = (
    "shard",
    r"tfjs-backend-wasm-simd-.*\.wasm",
    r"graph-.*\.js",
    r"worker-entry-.*\.js",
    r"worker-(?!entry).*\.js",
)


@pytest.fixture
def server(site: Path) -> Iterator[FaultyServer]:
    with FaultyServer(site) as started:
        yield started


@contextmanager
def _visit_faulty(browser: Browser, site: Path, pattern: str, fault: Fault) -> Iterator[FaultyVisit]:
    named = {"model": _find_model(site, "wasm"), "shard": _find_model(site, "tfjs-graph"), "manifest.json": pattern}
    path = named.get(pattern) or _find_asset(site, pattern)
    context = browser.new_context()
    with FaultyServer(site) as started:
        started.faults[path] = fault
        # A page of which its HTML names a file that stalls is not loaded before it gives up.
        whole = path not in (site / "index.html").read_text() and pattern != "manifest.json"
        visit = Visit(context.new_page(), started.address, wait_until="load" if whole else "commit")
        if pattern in _OF_LIBRARY:
            visit.choose(LIBRARY)
        yield FaultyVisit(started, visit, path)
        context.close()


@pytest.fixture(scope="module")
def stalled(browser: Browser, site: Path) -> Iterator[dict[str, FaultyVisit]]:
    """Visits to pages of which one file stalls, by pattern."""
    with ExitStack() as stack:
        yield {p: stack.enter_context(_visit_faulty(browser, site, p, "stalled")) for p in _STALLING}


@pytest.fixture
def open_faulty(browser: Browser, site: Path, request: pytest.FixtureRequest) -> Iterator[OpenFaulty]:
    """Visits a page of which one file stalls, is cut or is missing."""
    with ExitStack() as stack:

        def open_page(pattern: str, fault: Fault) -> FaultyVisit:
            if fault == "stalled":
                waiting: dict[str, FaultyVisit] = request.getfixturevalue("stalled")
                return waiting[pattern]
            return stack.enter_context(_visit_faulty(browser, site, pattern, fault))

        yield open_page


def _find_asset(site: Path, pattern: str) -> str:
    (found,) = [file for file in (site / "assets").iterdir() if re.fullmatch(pattern, file.name)]
    return f"assets/{found.name}"


def _find_model(site: Path, target: str) -> str:
    (found,) = site.glob(f"model/{target}*/*.bin")
    return found.relative_to(site).as_posix()


def test_progress_of_loading_is_shown_in_bytes(browser: Browser, site: Path, server: FaultyServer) -> None:
    server.faults[_find_asset(site, r"tfjs-backend-wasm-simd-.*\.wasm")] = "stalled"
    visit = Visit(browser.new_page(), server.address)
    visit.choose(LIBRARY)
    expect(visit.page.locator("#load-size")).to_have_text(re.compile(r"^[\d.]+ [kM]B of [\d.]+ MB$"), timeout=ANSWER_MS)
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
        (r"webparity-.*\.wasm", "stalled"),
        (r"webparity-.*\.wasm", "cut"),
        (r"module-worker-.*\.js", "stalled"),
        (r"module-worker-.*\.js", "cut"),
        (r"module-worker-.*\.js", "missing"),
        ("shard", "stalled"),
        ("shard", "cut"),
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
def test_an_incomplete_file_is_named_and_trying_again_works(
    open_faulty: OpenFaulty, pattern: str, fault: Fault
) -> None:
    server, visit, path = open_faulty(pattern, fault)
    alert = visit.page.get_by_role("alert").locator("p")
    expect(alert).to_contain_text(path, timeout=_STALL_MS)
    words = {"stalled": "nothing came for 15 s", "cut": "bytes instead of", "missing": "404"}
    assert words[fault] in alert.inner_text()
    expect(visit.page.locator("#load")).to_be_hidden()
    server.faults.clear()
    visit.page.get_by_role("button", name=_TRY_AGAIN).click()
    expect(visit.page.locator("#empty-text")).to_have_text(re.compile("^Choose"), timeout=ANSWER_MS)
    assert visit.sample(0) != ""


@pytest.mark.parametrize("fault", ["stalled", "cut", "missing"])
def test_missing_code_of_the_page_is_named(open_faulty: OpenFaulty, fault: Fault) -> None:
    server, visit, path = open_faulty(r"index-.*\.js", fault)
    alert = visit.page.get_by_role("alert").locator("p")
    expect(alert).to_contain_text(path, timeout=_STALL_MS)
    assert alert.inner_text().startswith("Expected the whole of the page; received ")
    assert visit.page.locator("#lede").inner_text() == ""
    server.faults.clear()
    visit.page.get_by_role("button", name="Reload").click()
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    assert visit.sample(0) != ""


def test_a_style_sheet_that_stalls_does_not_keep_the_page_from_answering(open_faulty: OpenFaulty) -> None:
    _, visit, _ = open_faulty(r"index-.*\.css", "stalled")
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=_STALL_MS)
    assert visit.sample(0) != ""


@pytest.mark.parametrize("fault", ["stalled", "missing"])
def test_a_manifest_that_does_not_come_is_named_and_trying_again_works(open_faulty: OpenFaulty, fault: Fault) -> None:
    server, visit, path = open_faulty("manifest.json", fault)
    expect(visit.page.get_by_role("alert").locator("p")).to_contain_text(path, timeout=_STALL_MS)
    server.faults.clear()
    visit.page.get_by_role("button", name=_TRY_AGAIN).click()
    assert visit.sample(0) != ""


def test_a_page_opened_from_a_file_names_the_remedy(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").resolve().as_uri())
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Expected this page from a web server; it was opened from a file")
    expect(alert).to_contain_text("Run `webparity serve`")
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    page.close()


def test_a_browser_without_modules_shows_a_message(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("delete HTMLScriptElement.prototype.noModule")
    page.route(re.compile(r"/assets/index-[^/]*\.js$"), lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("Expected a browser that runs JavaScript modules")
    page.close()


def test_a_page_without_javascript_shows_a_message(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert "needs JavaScript" in page.locator("noscript").inner_text()
    context.close()


def test_an_altered_model_is_named_and_never_run(browser: Browser, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    path = _find_model(copy, "wasm")
    whole = (copy / path).read_bytes()
    (copy / path).write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    with FaultyServer(copy) as server:
        visit = Visit(browser.new_page(), server.address)
        assert path in visit.alert()
        visit.page.locator(".sample").first.click()
        assert path in visit.alert()
        expect(visit.page.locator("#answer")).to_be_hidden()
        visit.page.close()


def test_a_page_that_loads_logs_no_error(browser: Browser, server: FaultyServer) -> None:
    visit = Visit(browser.new_page(), server.address)
    visit.sample(0)
    visit.page.wait_for_timeout(500)
    assert visit.complaints == []
    # The negative control of all above: nothing of the page is asked for twice while all goes well.
    code = [path for path in server.requests if path.endswith((".js", ".css"))]
    assert sorted(code) == sorted(set(code))
    visit.page.close()
