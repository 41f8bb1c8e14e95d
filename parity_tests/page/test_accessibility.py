"""The page for every visitor: keyboard, right-to-left text, forced colours, narrow screens and large text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from visits import ANSWER_MS, LIBRARY, Visit

from webparity.bundle.seal import seal_bundle
from webparity.parity.drivers.server import StaticServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

# Labels as people have them: of either direction, long without a space, with signs that belong to numbers.
_LABELS = [
    "\u05e9\u05ea\u05d9\u05d9\u05dd",
    "\u0648\u0627\u062d\u062f (1)",
    "a-label-of-many-letters-without-any-room-for-a-line-to-break",
    "> 50",
]

# From left to right: the horizontal place of each of a text's characters.
_PLACES = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const places = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (node.data[at].trim() !== '') places.push([node.data[at], box.x, box.y]);
    }
  }
  return places;
}"""


@pytest.fixture(scope="module")
def hard_address(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's page with labels that are hard to lay out."""
    copy = tmp_path_factory.mktemp("hard") / "site"
    shutil.copytree(site, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["labels"][: len(_LABELS)] = _LABELS
    for image in manifest["golden"]:
        image["title"] = manifest["labels"][image["label"]]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    seal_bundle(copy.parent)
    with StaticServer({"/": copy}) as server:
        yield server.origin + "/"


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
    assert visit.answer() == visit.label(next(image for image in golden if image["sample"])["label"])
    expect(visit.page.locator("#status")).to_have_text(re.compile(r"^.+, .*%$"))


def _read_shown_text(locator: Locator) -> str:
    """Return one line of text in visual order, from left to right."""
    places = locator.evaluate(_PLACES)
    return "".join(character for character, x, _ in sorted(places, key=lambda place: place[1]))


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_numbers_read_from_left_to_right_on_any_page(browser: Browser, hard_address: str, direction: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    visit = Visit(page, hard_address)
    page.evaluate("(direction) => { document.documentElement.dir = direction; }", direction)
    visit.choose(LIBRARY)  # its self-check shows numbers with signs and exponents
    visit.sample(0)
    page.get_by_role("button", name="Check this device").click()
    expect(page.locator("#check-result")).to_be_visible(timeout=ANSWER_MS)
    shares = page.locator(".share")
    assert "< 0.1 %" in shares.all_inner_texts()
    lines = [shares.nth(number) for number in range(shares.count())]
    lines += page.locator("#check-result td, #check-result .note, #facts dd, #top-share").all()
    assert len(lines) > 20
    for line in lines:
        text = line.inner_text()
        if line.evaluate(_PLACES)[0][2] == line.evaluate(_PLACES)[-1][2]:  # of two lines each is a text of its own
            assert _read_shown_text(line) == "".join(text.split()), text
    page.close()


def test_negative_control_without_isolation_a_number_is_reversed(browser: Browser, hard_address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    visit = Visit(page, hard_address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    visit.sample(0)
    share = page.locator(".share").last
    assert _read_shown_text(share) == "<0.1%"
    share.evaluate("(element) => { element.textContent = element.textContent; }")
    assert _read_shown_text(share) != "<0.1%"
    page.close()


def test_a_right_to_left_label_does_not_reorder_its_neighbours(browser: Browser, hard_address: str) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 900})
    visit = Visit(page, hard_address)
    visit.sample(0)
    assert page.locator("#top-label").inner_text() == _LABELS[0]
    page.locator("#panel-draw, #pad-answer").evaluate_all("(all) => all.forEach((e) => { e.hidden = false; })")
    assert _read_shown_text(page.locator("#pad-answer")).endswith("%")
    first, second = page.locator("#lede bdi").nth(0), page.locator("#lede bdi").nth(1)
    boxes = first.bounding_box(), second.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] < boxes[1]["x"], "labels keep the order of the list"
    page.close()


def test_arrow_keys_move_the_way_they_point(browser: Browser, address: str) -> None:
    page = browser.new_page()
    Visit(page, address)
    expect(page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.get_by_role("tab", name="File").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Draw")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="File")).to_be_focused()
    page.close()


_LOOK = """(element, part) => {
  const style = getComputedStyle(element);
  return [style.backgroundColor, style.color, style.borderTopColor, style.borderTopWidth, style.borderTopStyle,
          style.outlineStyle, style.outlineWidth].join(' ');
}"""


def test_with_forced_colours_every_state_looks_different(browser: Browser, address: str) -> None:
    context = browser.new_context(forced_colors="active", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    visit = Visit(page, address)
    visit.sample(0)

    def read_look(selector: str) -> str:
        seen: str = page.locator(selector).first.evaluate(_LOOK)
        return seen

    pairs: list[tuple[str, str]] = [
        ('[role=tab][aria-selected="true"]', '[role=tab][aria-selected="false"]'),
        ('.sample[aria-pressed="true"]', '.sample[aria-pressed="false"]:not(:hover)'),
        (".best .fill", ".track"),
        (".bar:not(.best) .fill", ".track"),
    ]
    for one, other in pairs:
        assert read_look(one) != read_look(other), f"{one} looks like {other}"
    idle = read_look("#drop")
    page.evaluate("document.body.classList.add('dragging')")
    assert read_look("#drop") != idle
    page.keyboard.press("Tab")
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    page.get_by_role("button", name="Check this device").click()
    expect(page.locator("#check-result")).to_be_visible(timeout=ANSWER_MS)
    passed = read_look(".verdict")
    page.locator(".verdict").evaluate("(element) => { element.className = 'verdict fail'; }")
    assert read_look(".verdict") != passed
    assert page.locator("progress").first.evaluate("(bar) => getComputedStyle(bar).appearance") == "auto"
    context.close()


@pytest.mark.parametrize(
    ("width", "text"), [(320, 100), (320, 200), (360, 100), (390, 100), (420, 100), (768, 200), (1280, 100)]
)
def test_nothing_is_wider_than_the_screen(browser: Browser, hard_address: str, width: int, text: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    visit = Visit(page, hard_address)
    page.evaluate("(text) => { document.documentElement.style.fontSize = `${text}%`; }", text)
    visit.sample(2)
    page.get_by_role("button", name="Check this device").click()
    expect(page.locator("#check-result")).to_be_visible(timeout=ANSWER_MS)
    file = {"name": f"{'long' * 40}.png", "mimeType": "image/png", "buffer": b"no image"}
    for step in ("answer", "alert", "draw"):
        if step == "alert":
            page.set_input_files("#file", file)
            visit.alert()
        if step == "draw":
            page.get_by_role("tab", name="Draw").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step
        assert page.evaluate(_CUT_OFF) == [], step
        assert page.evaluate(_BEYOND_CARD) == [], step
    page.close()


# Elements whose text is wider than they are: a page that does not scroll may still cut its text off.
_CUT_OFF = """[...document.querySelectorAll('h1, h2, p, button, li .name, li .share, dd, dt, th, td, figcaption')]
  .filter((element) => element.checkVisibility() && !element.closest('.sr-only, .sample'))
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
  .map((element) => element.outerHTML.slice(0, 120))"""


# Elements that reach over the edge of their card: the page's own edge may be further away.
_BEYOND_CARD = """[...document.querySelectorAll('.card *')]
  .filter((element) => element.checkVisibility() && !element.closest('.sr-only, .sample'))
  .filter((element) => element.getBoundingClientRect().right > element.closest('.card').getBoundingClientRect().right)
  .map((element) => element.outerHTML.slice(0, 120))"""


def test_the_size_of_text_follows_the_browser_setting(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    sizes = page.evaluate(
        """[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
          .filter((rule) => rule.selectorText === 'html').map((rule) => rule.style.fontSize)"""
    )
    assert sizes == ["100%"]
    page.close()
