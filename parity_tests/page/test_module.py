"""The page runs the bundle's program in the module; no library is downloaded before a visitor chooses one."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from faulty_server import FaultyServer
from playwright.sync_api import expect
from visits import ANSWER_MS, LIBRARY, MODULE, Visit

from webparity.bundle.seal import seal_bundle
from webparity.bundle.write import make_file_entry

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

# Code and models of the libraries.
_OF_LIBRARIES = re.compile(r"tfjs|ort[.-]|onnx|worker-entry|graph-|dist-")
_RESULT = "#check-result"


def _check(visit: Visit) -> str:
    visit.page.get_by_role("button", name="Check this device").click()
    expect(visit.page.locator(_RESULT)).to_be_visible(timeout=ANSWER_MS)
    return visit.page.locator(_RESULT).inner_text()


def test_the_module_is_the_first_choice_and_answers(visit: Visit, golden: list[dict[str, Any]]) -> None:
    first = next(image for image in golden if image["sample"])
    assert visit.sample(0) == visit.label(first["label"])
    assert visit.page.locator("#backend option:checked").inner_text() == MODULE
    assert "webparity" in visit.page.locator("#facts").inner_text()


def test_no_library_is_downloaded_before_a_visitor_chooses_one(visit: Visit, address: str) -> None:
    visit.sample(0)
    visit.sample(1)
    _check(visit)
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert [url for url in visit.requests if _OF_LIBRARIES.search(url.removeprefix(address))] == []
    # The negative control: these names are the libraries'.
    visit.choose(LIBRARY)
    visit.answer()
    assert [url for url in visit.requests if _OF_LIBRARIES.search(url.removeprefix(address))] != []


def test_module_manifest_and_program_are_asked_for_beside_the_code_and_once(browser: Browser, site: Path) -> None:
    with FaultyServer(site) as server:
        page = browser.new_page()
        visit = Visit(page, server.address)
        visit.sample(0)
        first, *asked = server.requests
        page.close()
    (program,) = site.glob("model/wasm-*/*.bin")
    beside = ["manifest.json", program.relative_to(site).as_posix(), r"assets/webparity-.*\.wasm"]
    code = [r"assets/index-.*\.js", r"assets/index-.*\.css", r"assets/boot-.*\.js", r"assets/module-worker-.*\.js"]
    assert first == "index.html"
    for pattern in [*beside, *code, r"golden/.*"]:
        assert [path for path in asked[: len(beside) + len(code) + 1] if re.fullmatch(pattern, path)], pattern
    once = [path for path in asked if not path.startswith("golden/")]
    assert Counter(once).most_common(1)[0][1] == 1


def test_a_policy_that_forbids_scripts_in_html_delays_only_the_worker(browser: Browser, site: Path) -> None:
    with FaultyServer(site) as server:
        page = browser.new_page()

        def forbid(route: Route) -> None:
            response = route.fetch()
            policy = {"content-security-policy": "script-src 'self' 'wasm-unsafe-eval'"}
            route.fulfill(response=response, headers=response.headers | policy)

        page.route(re.compile(r"/(index\.html)?$"), forbid)
        visit = Visit(page, server.address)
        assert visit.sample(0) != ""
        assert sum("module-worker" in path for path in server.requests) == 1
        page.close()


def test_a_sample_that_was_chosen_is_not_asked_for_again(browser: Browser, site: Path) -> None:
    with FaultyServer(site) as server:
        visit = Visit(browser.new_page(), server.address)
        answers = [visit.sample(0), visit.sample(1)]
        visit.page.wait_for_timeout(500)  # thumbnails
        before = len(server.requests)
        assert [visit.sample(0), visit.sample(1)] == answers
        assert server.requests[before:] == []
        visit.page.close()


def test_the_worker_asks_for_nothing_more_than_the_image(browser: Browser, site: Path) -> None:
    with FaultyServer(site) as server:
        visit = Visit(browser.new_page(), server.address)
        expect(visit.page.locator("#empty-text")).to_have_text(re.compile("^Choose"), timeout=ANSWER_MS)
        visit.page.wait_for_timeout(500)  # thumbnails
        before = len(server.requests)
        visit.sample(0)
        assert all(path.startswith("golden/") for path in server.requests[before:])
        visit.page.close()


def test_the_self_check_compares_one_digest(visit: Visit, site: Path) -> None:
    text = _check(visit)
    (artifact,) = [
        each for each in json.loads((site / "manifest.json").read_text())["artifacts"] if each["target"] == "wasm"
    ]
    assert "The same bits" in text
    assert text.count(artifact["golden_bits"][:12]) == 2
    assert visit.page.locator(f"{_RESULT} tbody tr").count() == 1


def test_the_self_check_fails_on_an_altered_program(browser: Browser, demo_bundle: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(demo_bundle, bundle)
    site = bundle / "site"
    (program,) = site.glob("model/wasm-*/*.bin")
    data = bytearray(program.read_bytes())
    start = len(data) * 3 // 4 & ~3
    for place in range(start, start + 256, 4):
        data[place] ^= 1  # the lowest bit of weights: far below every tolerance
    program.write_bytes(data)
    manifest = json.loads((site / "manifest.json").read_text())
    entry = make_file_entry(bytes(data))
    manifest["files"][program.relative_to(site).as_posix()] = {"sha256": entry.sha256, "bytes": entry.bytes}
    (site / "manifest.json").write_text(json.dumps(manifest))
    seal_bundle(bundle)
    with FaultyServer(site) as server:
        visit = Visit(browser.new_page(), server.address)
        text = _check(visit)
        assert "Other bits" in text
        assert visit.page.locator(f"{_RESULT} .verdict.fail").count() == 1
        assert visit.page.locator(f"{_RESULT} tr.bad").count() == 1, "all but the bits are within tolerance"
        visit.page.close()


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph"])
def test_a_bundle_without_a_program_runs_a_library_as_before(
    browser: Browser, demo_bundle: Path, tmp_path: Path, target: str
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(demo_bundle, bundle)
    site = bundle / "site"
    manifest = json.loads((site / "manifest.json").read_text())
    manifest["artifacts"] = [each for each in manifest["artifacts"] if each["target"] == target]
    kept = {path for each in manifest["artifacts"] for path in each["files"]}
    manifest["files"] = {
        path: entry for path, entry in manifest["files"].items() if path in kept or not path.startswith("model/")
    }
    (site / "manifest.json").write_text(json.dumps(manifest))
    html = (site / "index.html").read_text()
    (site / "index.html").write_text(re.sub(r"<link [^>]*data-runtime[^>]*>", "", html))
    seal_bundle(bundle)
    with FaultyServer(site) as server:
        visit = Visit(browser.new_page(), server.address)
        assert visit.sample(0) != ""
        assert "webparity" not in visit.page.locator("#backend").inner_text()
        assert not any("module-worker" in path for path in server.requests)
        visit.page.close()
