"""The page when the WebGL context is lost or WebGL fails: no wrong answer, and an answer by another backend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from visits import ANSWER_MS, MODULE, WEBGL, Visit, visit_with

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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

# Every context works until the first texture is read back, and is lost then.
_LOSE_EVERY_CONTEXT = """
const readPixels = WebGL2RenderingContext.prototype.readPixels;
const fenceSync = WebGL2RenderingContext.prototype.fenceSync;
const lose = (context) => context.getExtension('WEBGL_lose_context')?.loseContext();
WebGL2RenderingContext.prototype.readPixels = function (...rest) { lose(this); return readPixels.apply(this, rest); };
WebGL2RenderingContext.prototype.fenceSync = function (...rest) { lose(this); return fenceSync.apply(this, rest); };
"""

_BROKEN_SHADERS = """
WebGL2RenderingContext.prototype.createProgram = () => { throw new Error('out of shaders'); };
"""

_DIE_WHEN_RUN = """
const post = self.postMessage.bind(self);
self.postMessage = (message, ...rest) => {
  if (!message.result?.results) return post(message, ...rest);
  setTimeout(() => { throw new Error('out of memory'); }); // in place of an answer
};
"""

_WITHOUT_FLOAT32 = """
const getExtension = WebGL2RenderingContext.prototype.getExtension;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return /float/.test(name) ? null : getExtension.call(this, name);
};
"""


def test_the_page_answers_again_after_a_lost_gpu(browser: Browser, address: str, golden: list[dict[str, Any]]) -> None:
    labels = [image["label"] for image in golden if image["sample"]]
    visit = visit_with(browser, address, _KEEP_CONTEXTS)
    visit.choose(WEBGL)
    assert visit.sample(0) == visit.label(labels[0])
    for number in (1, 2, 3):
        worker = visit.page.workers[-1]
        worker.evaluate("self.contexts.forEach((gl) => gl.getExtension('WEBGL_lose_context').loseContext())")
        assert worker.evaluate("self.contexts.map((gl) => gl.isContextLost())") == [True], (
            "the answers' own context is gone"
        )
        visit.page.locator(".sample").nth(number).click()
        expect(visit.page.locator("#top-label")).to_have_text(visit.label(labels[number]), timeout=ANSWER_MS)
        assert visit.answer() == visit.label(labels[number])
        assert "webgl" in visit.page.locator("#facts").inner_text()
        assert visit.page.get_by_role("alert").locator("p").count() == 0
    visit.page.close()


def test_a_gpu_that_is_lost_each_time_is_replaced_by_the_next_backend(
    browser: Browser, address: str, golden: list[dict[str, Any]]
) -> None:
    labels = [image["label"] for image in golden if image["sample"]]
    visit = visit_with(browser, address, _LOSE_EVERY_CONTEXT)
    visit.choose(WEBGL)
    visit.page.locator(".sample").nth(0).click()
    expect(visit.page.locator("#facts")).to_contain_text("wasm", timeout=ANSWER_MS)
    _expect_wasm_after_webgl(visit, visit.label(labels[0]))
    assert visit.sample(1) == visit.label(labels[1])
    visit.page.close()


def test_a_backend_that_fails_is_replaced_by_the_next(
    browser: Browser, address: str, golden: list[dict[str, Any]]
) -> None:
    visit = visit_with(browser, address, _BROKEN_SHADERS)
    visit.choose(WEBGL)
    visit.page.locator(".sample").nth(0).click()
    expect(visit.page.locator("#facts")).to_contain_text("wasm", timeout=ANSWER_MS)
    _expect_wasm_after_webgl(visit, visit.label(next(image for image in golden if image["sample"])["label"]))
    visit.page.close()


def _expect_wasm_after_webgl(visit: Visit, label: str) -> None:
    assert visit.answer() == label
    assert visit.alert() == f"{WEBGL} stopped working on this device, so {MODULE} answered."
    assert visit.page.locator("#backend option:checked").inner_text() == MODULE


def test_a_failure_of_every_backend_is_shown_and_trying_again_works(browser: Browser, address: str) -> None:
    visit = visit_with(browser, address, _DIE_WHEN_RUN)
    visit.page.locator(".sample").nth(0).click()
    assert visit.alert().startswith("Expected the worker to answer; it broke down (")
    expect(visit.page.locator("#answer")).to_be_hidden()
    visit.page.unroute_all()
    visit.page.get_by_role("button", name="Try again").click()
    assert visit.answer() != ""
    visit.page.close()


def test_the_self_check_passes_after_a_lost_gpu(browser: Browser, address: str) -> None:
    visit = visit_with(browser, address, _KEEP_CONTEXTS)
    visit.choose(WEBGL)
    visit.sample(0)
    visit.page.workers[-1].evaluate("self.contexts[0].getExtension('WEBGL_lose_context').loseContext()")
    visit.page.get_by_role("button", name="Check this device").click()
    expect(visit.page.locator("#check-result .verdict")).to_have_text(re.compile("Within"), timeout=3 * ANSWER_MS)
    assert "webgl" in visit.page.locator("#check-result").inner_text()
    visit.page.close()


def test_webgl_without_float32_is_refused_not_rounded(browser: Browser, address: str) -> None:
    visit = visit_with(browser, address, _WITHOUT_FLOAT32)
    visit.choose(WEBGL)
    assert "32-bit floats" in visit.alert()
    visit.page.close()
