"""The browser driver with faulty pages: it reports them within its time limit and leaves no browser process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from webparity.parity.drivers import browser_page
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.chromium import ENGINE as CHROMIUM
from webparity.parity.drivers.server import StaticServer
from webparity.parity.failure import RunFailed, RunHung

HARNESS = """<!doctype html><script>
window.webparityHarness = { call: async (method) => {
  console.error('about to ' + method);
  if (method === 'hang') return new Promise(() => {});
  if (method === 'throw') throw new Error('out of cheese');
  return { result: { method } };
} };
</script>"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[BrowserPage, str]]:
    (tmp_path / "good.html").write_text(HARNESS)
    (tmp_path / "empty.html").write_text("<!doctype html><script>console.error('no harness today')</script>")
    with StaticServer({"/": tmp_path}) as server, BrowserPage(CHROMIUM) as opened:
        yield opened, server.origin


def test_a_page_that_answers_throws_and_hangs(page: tuple[BrowserPage, str]) -> None:
    opened, origin = page
    opened.open_harness(f"{origin}/good.html")
    assert opened.call("run", {}, timeout=20) == {"result": {"method": "run"}}
    with pytest.raises(RunFailed, match="out of cheese"):
        opened.call("throw", {}, timeout=20)
    with pytest.raises(RunHung, match=r"answer `hang`; received no sign of life for 1 s.*about to hang"):
        opened.call("hang", {}, timeout=1)
    with pytest.raises(RunFailed, match="has ended already"):
        opened.call("run", {}, timeout=20)


def test_a_crash_of_the_browser_fails_the_call(page: tuple[BrowserPage, str]) -> None:
    opened, origin = page
    opened.open_harness(f"{origin}/good.html")
    assert opened._process is not None
    os.kill(opened._process, signal.SIGKILL)
    with pytest.raises(RunFailed, match="broke during `run`"):
        opened.call("run", {}, timeout=20)


@pytest.mark.parametrize("name", ["empty.html", "missing.html"])
def test_a_page_without_harness_fails_with_its_messages(
    page: tuple[BrowserPage, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_page, "_START_MS", 1500)
    opened, origin = page
    with pytest.raises(RunFailed, match=r"harness page to load.*(no harness today|404)"):
        opened.open_harness(f"{origin}/{name}")
