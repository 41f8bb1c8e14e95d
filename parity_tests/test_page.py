"""The shipped page in a real Chromium, as a visitor meets it: served from a sub-path of a static host."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from webparity.bundle.seal import seal_bundle
from webparity.parity.drivers.chromium import find_chromium
from webparity.parity.drivers.server import StaticServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUB_PATH = "/some/where/deep/"
ANSWER_MS = 60_000

# What a worker does before its own code: remember WebGL contexts, so that a test can lose one.
_KEEP_CONTEXTS = """
self.contexts = [];
const getContext = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
  const context = getContext.call(this, kind, ...rest);
  if (kind === 'webgl2') self.contexts.push(context);
  return context;
};
"""

_WITHOUT_FLOAT32 = """
const getExtension = WebGL2RenderingContext.prototype.getExtension;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return /float/.test(name) ? null : getExtension.call(this, name);
};
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def golden(demo_bundle: Path) -> list[dict[str, Any]]:
    images: list[dict[str, Any]] = json.loads((demo_bundle / "site" / "manifest.json").read_text())["golden"]
    return images


@pytest.fixture(scope="module")
def address(demo_bundle: Path) -> Iterator[str]:
    with StaticServer({SUB_PATH: demo_bundle / "site"}) as server:
        yield server.origin + SUB_PATH


class Visit:
    """One visit to the page, with everything it asked the network for and everything it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.goto(address)

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


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page(), address)
    context.close()


def _visit_with(browser: Browser, address: str, prelude: str) -> Visit:
    """A visit whose worker runs `prelude` first."""
    page = browser.new_page()

    def prepend(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=prelude + response.text())

    page.route(re.compile(r"/assets/worker-[^/]*\.js$"), prepend)
    return Visit(page, address)


def test_a_sample_gets_pythons_label(visit: Visit, golden: list[dict[str, Any]]) -> None:
    labels = [image for image in golden if image["sample"]]
    for number, image in enumerate(labels[:3]):
        visit.page.locator(".sample").nth(number).click()
        expect(visit.page.locator("#top-label")).to_have_text(_label(visit, image["label"]), timeout=ANSWER_MS)
    assert visit.complaints == []


def _label(visit: Visit, index: int) -> str:
    label: str = visit.page.evaluate(
        "async (index) => (await (await fetch('manifest.json')).json()).labels[index]",
        index,
    )
    return label


def test_no_request_leaves_the_origin(visit: Visit, address: str) -> None:
    visit.sample(0)
    visit.page.get_by_role("button", name="Check this device").click()
    expect(visit.page.locator("#check-result")).to_be_visible(timeout=ANSWER_MS)
    assert len(visit.requests) > 5
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_a_chosen_file_says_what_ran_and_how_long(
    visit: Visit, demo_bundle: Path, golden: list[dict[str, Any]]
) -> None:
    image = next(image for image in golden if image["file"].endswith(".jpg"))
    visit.page.set_input_files("#file", demo_bundle / "site" / image["file"])
    assert visit.answer() == _label(visit, image["label"])
    facts = visit.page.locator("#facts").inner_text()
    assert "TensorFlow.js" in facts
    assert f"{image['width']} \N{MULTIPLICATION SIGN} {image['height']} pixels" in facts
    assert len(re.findall(r"\d m?s\b", facts)) == 2
    assert visit.page.locator(".bar").count() == 10


def test_a_pasted_and_a_dropped_file_are_answered(visit: Visit, golden: list[dict[str, Any]]) -> None:
    for event, field, target in (("paste", "clipboardData", "body"), ("drop", "dataTransfer", "#drop")):
        image = next(image for image in golden if image["sample"])
        expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
        visit.page.evaluate(
            """async ([event, field, target, url]) => {
              const data = new DataTransfer();
              data.items.add(new File([await (await fetch(url)).arrayBuffer()], 'image', {type: 'image/png'}));
              const Type = {paste: ClipboardEvent, drop: DragEvent}[event];
              const sent = new Type(event, {bubbles: true, cancelable: true, [field]: data});
              document.querySelector(target).dispatchEvent(sent);
            }""",
            [event, field, target, image["file"]],
        )
        assert visit.answer() == _label(visit, image["label"])
        visit.page.reload()


def test_a_drawn_one_is_read_as_a_one(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="Draw").click()
    box = visit.page.locator("#pad").bounding_box()
    assert box is not None
    # Small and off the middle: the page scales and centres it.
    visit.page.mouse.move(box["x"] + 200, box["y"] + 40)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 185, box["y"] + 130, steps=12)
    visit.page.mouse.up()
    assert visit.answer() == "1"
    assert "280 \N{MULTIPLICATION SIGN} 280 pixels" in visit.page.locator("#facts").inner_text()
    visit.page.get_by_role("button", name="Clear").click()
    expect(visit.page.locator("#pad-hint")).to_be_visible()


def test_the_keyboard_alone_reaches_an_answer(visit: Visit, golden: list[dict[str, Any]]) -> None:
    # Asked for early: Playwright may miss a chooser that opens right after it starts to listen.
    visit.page.on("filechooser", lambda _: None)
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    keyboard = visit.page.keyboard
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    expect(visit.page.get_by_role("tab", name="Draw")).to_be_focused()
    expect(visit.page.locator("#panel-draw")).to_be_visible()
    keyboard.press("Home")
    expect(visit.page.locator("#panel-file")).to_be_visible()
    keyboard.press("Tab")
    expect(visit.page.get_by_role("button", name="Choose an image")).to_be_focused()
    with visit.page.expect_file_chooser():
        keyboard.press("Enter")
    keyboard.press("Tab")
    width = visit.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2, "the focus must be seen"
    keyboard.press("Enter")
    assert visit.answer() == _label(visit, next(image for image in golden if image["sample"])["label"])
    expect(visit.page.locator("#status")).to_have_text(re.compile(r"^.+, .*%$"))


@pytest.mark.parametrize("choice", ["TensorFlow.js, WASM", "TensorFlow.js, WebGL", "onnxruntime-web, WASM"])
def test_the_self_check_passes_on(visit: Visit, golden: list[dict[str, Any]], choice: str) -> None:
    visit.page.get_by_label("Run with").select_option(label=choice)
    visit.page.get_by_role("button", name="Check this device").click()
    result = visit.page.locator("#check-result")
    expect(result).to_be_visible(timeout=3 * ANSWER_MS)
    text = result.inner_text()
    assert "Within tolerance" in text
    assert f"{len(golden)} of {len(golden)} identical" in text
    assert choice.split(", ")[1].lower() in text


def test_the_self_check_sees_a_difference(browser: Browser, demo_bundle: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_bundle / "site", site)
    manifest = json.loads((site / "manifest.json").read_text())
    first, second = manifest["golden"][:2]
    for part in ("probabilities", "label"):
        first[part], second[part] = second[part], first[part]
    (site / "manifest.json").write_text(json.dumps(manifest))
    seal_bundle(tmp_path)
    with StaticServer({SUB_PATH: site}) as server:
        visit = Visit(browser.new_page(), server.origin + SUB_PATH)
        visit.page.get_by_role("button", name="Check this device").click()
        expect(visit.page.locator("#check-result .verdict")).to_contain_text("Outside", timeout=ANSWER_MS)
        visit.page.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "0 bytes"), (b"GIF89a and so on", "JPEG or PNG"), (b"\xff\xd8\xff\xe0 torn", "Expected")],
    ids=["empty", "format", "corrupt"],
)
def test_a_file_that_is_refused_is_explained(visit: Visit, content: bytes, words: str) -> None:
    visit.page.set_input_files("#file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
    assert words in visit.alert()
    expect(visit.page.locator("#answer")).to_be_hidden()
    visit.sample(0)
    expect(visit.page.get_by_role("alert").locator("p")).to_have_count(0)


@pytest.mark.parametrize("damage", ["altered", "truncated", "missing"])
def test_a_damaged_model_is_named_and_never_run(
    browser: Browser, demo_bundle: Path, tmp_path: Path, damage: str
) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_bundle / "site", site)
    manifest = json.loads((site / "manifest.json").read_text())
    artifact = next(artifact for artifact in manifest["artifacts"] if artifact["target"] == "tfjs-graph")
    path = next(path for path in artifact["files"] if path.endswith(".bin"))
    whole = (site / path).read_bytes()
    (site / path).unlink()
    if damage != "missing":
        (site / path).write_bytes(whole[:-1] if damage == "truncated" else bytes([whole[0] ^ 1]) + whole[1:])
    with StaticServer({SUB_PATH: site}) as server:
        visit = Visit(browser.new_page(), server.origin + SUB_PATH)
        assert path in visit.alert()
        visit.page.locator(".sample").first.click()
        assert path in visit.alert()
        expect(visit.page.locator("#answer")).to_be_hidden()
        visit.page.close()


def test_a_page_with_the_manifest_of_another_export_refuses(
    browser: Browser, demo_bundle: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_bundle / "site", site)
    manifest = json.loads((site / "manifest.json").read_text())
    manifest["labels"] = manifest["labels"][::-1]
    (site / "manifest.json").write_text(json.dumps(manifest))
    with StaticServer({SUB_PATH: site}) as server:
        visit = Visit(browser.new_page(), server.origin + SUB_PATH)
        said = visit.alert()
        assert "of another export" in said
        assert "upload the whole site again" in said
        expect(visit.page.locator("#answer")).to_be_hidden()
        visit.page.close()


def test_a_page_without_its_manifest_says_so(browser: Browser, demo_bundle: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_bundle / "site", site)
    (site / "manifest.json").unlink()
    with StaticServer({SUB_PATH: site}) as server:
        visit = Visit(browser.new_page(), server.origin + SUB_PATH)
        assert "manifest.json" in visit.alert()
        visit.page.close()


def test_a_lost_webgl_context_ends_in_a_sentence(browser: Browser, address: str) -> None:
    visit = _visit_with(browser, address, _KEEP_CONTEXTS)
    visit.page.get_by_label("Run with").select_option(label="TensorFlow.js, WebGL")
    visit.sample(0)
    visit.page.workers[-1].evaluate("self.contexts[0].getExtension('WEBGL_lose_context').loseContext()")
    visit.page.locator(".sample").nth(1).click()
    assert "took the WebGL context away" in visit.alert()
    visit.page.close()


def test_webgl_without_float32_is_refused_not_rounded(browser: Browser, address: str) -> None:
    visit = _visit_with(browser, address, _WITHOUT_FLOAT32)
    visit.page.get_by_label("Run with").select_option(label="TensorFlow.js, WebGL")
    assert "32-bit floats" in visit.alert()
    visit.page.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    visit = Visit(page, address)
    visit.sample(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
