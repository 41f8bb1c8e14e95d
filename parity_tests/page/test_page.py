"""The shipped page in real browsers, served from a sub-path of a static host."""

from __future__ import annotations

import json
import re
import shutil
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from visits import ANSWER_MS, Visit

from webparity.bundle.seal import seal_bundle
from webparity.parity.drivers.server import StaticServer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

SUB_PATH = "/some/where/deep/"


def test_a_sample_gets_pythons_label(visit: Visit, golden: list[dict[str, Any]]) -> None:
    labels = [image for image in golden if image["sample"]]
    for number, image in enumerate(labels[:3]):
        visit.page.locator(".sample").nth(number).click()
        expect(visit.page.locator("#top-label")).to_have_text(visit.label(image["label"]), timeout=ANSWER_MS)
    assert visit.complaints == []


def test_no_request_leaves_the_origin(visit: Visit, address: str) -> None:
    visit.sample(0)
    visit.page.get_by_role("button", name="Check this device").click()
    expect(visit.page.locator("#check-result")).to_be_visible(timeout=ANSWER_MS)
    assert len(visit.requests) > 5
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_a_chosen_file_shows_the_backend_and_the_time(
    visit: Visit, demo_bundle: Path, golden: list[dict[str, Any]]
) -> None:
    image = next(image for image in golden if image["file"].endswith(".jpg"))
    visit.page.set_input_files("#file", demo_bundle / "site" / image["file"])
    assert visit.answer() == visit.label(image["label"])
    facts = visit.page.locator("#facts").inner_text()
    assert "webparity" in facts
    assert f"{image['width']} \N{MULTIPLICATION SIGN} {image['height']} pixels" in facts
    assert len(re.findall(r"\d m?s\b", facts)) == 2
    assert visit.page.locator(".bar").count() == 10


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP", "GIF", "BMP"])
def test_files_of_every_format_are_answered_and_shown(visit: Visit, name: str) -> None:
    image = Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 50).convert("RGB")
    stream = BytesIO()
    image.save(stream, name)
    visit.page.set_input_files("#file", {"name": "a", "mimeType": f"image/{name.lower()}", "buffer": stream.getvalue()})
    visit.answer()
    assert "40 \N{MULTIPLICATION SIGN} 30 pixels" in visit.page.locator("#facts").inner_text()
    expect(visit.page.locator("#preview")).to_be_visible()


def test_a_film_is_refused_by_its_first_bytes(visit: Visit, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as stream:
        stream.write(b"\0\0\0\x18ftypmp42")
        stream.truncate(5 * 2**30)
    visit.page.set_input_files("#file", film)
    assert "received a video. Take a frame of it as JPEG or PNG." in visit.alert()
    _expect_no_answer(visit)


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
        assert visit.answer() == visit.label(image["label"])
        visit.page.reload()


def test_a_drawn_digit_one_is_recognized(visit: Visit) -> None:
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
    _expect_no_answer(visit)


# WebGL's self-check passes in `test_gpu_loss.py`, after a loss.
@pytest.mark.parametrize(
    "choice",
    ["TensorFlow.js, WASM", pytest.param("TensorFlow.js, WebGL", marks=pytest.mark.full), "onnxruntime-web, WASM"],
)
def test_the_self_check_passes_on(visit: Visit, golden: list[dict[str, Any]], choice: str) -> None:
    visit.page.get_by_label("Run with").select_option(label=choice)
    visit.page.get_by_role("button", name="Check this device").click()
    result = visit.page.locator("#check-result")
    expect(result).to_be_visible(timeout=3 * ANSWER_MS)
    text = result.inner_text()
    assert "Within tolerance" in text
    assert f"{len(golden)} of {len(golden)} identical" in text
    assert choice.split(", ")[1].lower() in text


def test_the_self_check_reports_a_difference(browser: Browser, demo_bundle: Path, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(("number", "content"), [(0, None), (1, b"")], ids=["an image", "a refused file"])
def test_a_file_chosen_while_the_page_is_loading_is_answered(
    browser: Browser, address: str, site: Path, golden: list[dict[str, Any]], number: int, content: bytes | None
) -> None:
    page, held = browser.new_page(), list[Any]()

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/manifest.json", hold, times=1)
    visit = Visit(page, address)
    buffer = (site / golden[number]["file"]).read_bytes() if content is None else content
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": buffer})
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    if content is None:
        assert visit.answer() == visit.label(golden[number]["label"])
    else:
        assert "no bytes" in visit.alert()
    page.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no bytes"),
        (b"\0\0\0\x1cftypavif", "received an AVIF image. Convert it to JPEG or PNG."),
        (b"GIF89a and so on", "a complete image file"),
        (b"\xff\xd8\xff\xe0 torn", "Expected"),
    ],
    ids=["empty", "format", "cut", "corrupt"],
)
def test_a_file_that_is_refused_is_explained(visit: Visit, content: bytes, words: str) -> None:
    visit.page.set_input_files("#file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
    assert words in visit.alert()
    expect(visit.page.locator("#answer")).to_be_hidden()
    visit.sample(0)
    expect(visit.page.get_by_role("alert").locator("p")).to_have_count(0)


def _expect_no_answer(visit: Visit) -> None:
    """Expect no remaining answer, neither visible nor for screen readers."""
    expect(visit.page.locator("#answer")).to_be_hidden()
    expect(visit.page.locator("#pad-answer")).to_have_text("")
    expect(visit.page.locator("#status")).to_have_text("")


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


def test_each_tab_has_the_answer_of_its_own_image(visit: Visit, golden: list[dict[str, Any]]) -> None:
    first = visit.sample(0)
    visit.page.get_by_role("tab", name="Draw").click()
    _expect_no_answer(visit)
    visit.page.get_by_role("tab", name="File").click()
    assert visit.answer() == first == visit.label(next(image for image in golden if image["sample"])["label"])


def test_a_refused_file_leaves_no_old_answer(visit: Visit) -> None:
    visit.sample(0)
    visit.page.set_input_files("#file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a"})
    visit.alert()
    _expect_no_answer(visit)
    assert visit.page.locator('.sample[aria-pressed="true"]').count() == 0


def test_a_backend_that_fails_leaves_no_old_answer(visit: Visit) -> None:
    visit.sample(0)
    visit.page.route("**/*.onnx", lambda route: route.fulfill(status=500))
    visit.choose("onnxruntime-web, WASM")
    assert "500" in visit.alert()
    _expect_no_answer(visit)
    visit.page.unroute("**/*.onnx")
    visit.page.get_by_role("button", name="Try again").click()
    visit.answer()
    assert "onnxruntime-web" in visit.page.locator("#facts").inner_text()


def test_a_decoder_that_does_not_load_is_named_and_loaded_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/webparity-*.wasm", lambda route: route.fulfill(status=500))
    visit = Visit(page, address)
    page.locator(".sample").first.click()
    said = visit.alert()
    assert "/assets/webparity-" in said
    assert "500" in said
    _expect_no_answer(visit)
    page.unroute("**/webparity-*.wasm")
    page.get_by_role("button", name="Try again").click()
    assert visit.answer()
    page.close()


_DROP = """async ([url, count]) => {
  const data = new DataTransfer();
  const bytes = url === '' ? 'text' : await (await fetch(url)).arrayBuffer();
  for (let number = 1; number <= count; number += 1) data.items.add(new File([bytes], `image ${number}.png`));
  const event = new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: data});
  if (count === 0) Object.defineProperty(event, 'dataTransfer', {value: {types: ['Files'], files: data.files}});
  document.querySelector('#drop').dispatchEvent(event);
}"""


def test_of_several_files_the_first_is_taken_with_a_note(visit: Visit, golden: list[dict[str, Any]]) -> None:
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    image = next(image for image in golden if image["sample"])
    visit.page.evaluate(_DROP, [image["file"], 3])
    assert visit.answer() == visit.label(image["label"])
    assert visit.alert() == "Took image 1.png, 1 of 3 files. Choose the others one at a time."
    visit.page.evaluate(_DROP, [image["file"], 1])
    expect(visit.page.get_by_role("alert").locator("p")).to_have_count(0)
    assert visit.answer() == visit.label(image["label"])


def test_a_drop_without_a_file_shows_a_message(visit: Visit) -> None:
    expect(visit.page.locator("#backend")).to_be_enabled(timeout=ANSWER_MS)
    visit.page.evaluate(_DROP, ["", 0])
    assert "received a drop without one" in visit.alert()


def test_a_file_that_was_deleted_is_named(visit: Visit, tmp_path: Path) -> None:
    visit.sample(0)
    file = tmp_path / "gone.png"
    file.write_bytes(b"1")
    visit.page.evaluate("() => { File.prototype.arrayBuffer = () => Promise.reject(new DOMException('not found')); }")
    visit.page.set_input_files("#file", file)
    assert visit.alert().startswith("Expected to read gone.png; the browser could not")
    _expect_no_answer(visit)
    expect(visit.page.locator("#preview")).to_be_hidden()


@pytest.mark.parametrize("page", ["", "harness.html"])
def test_a_page_keeps_its_own_security_policy(browser: Browser, address: str, page: str) -> None:
    visit = Visit(browser.new_page(), address + page)
    visit.page.wait_for_timeout(500)
    assert visit.complaints == []
    visit.page.close()
