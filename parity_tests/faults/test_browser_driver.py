"""The browser driver with faulty pages: it reports them within its time limit and leaves no process and no profile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from browser_processes import CHROMIUM_FIRST, await_end, find_page_processes, list_group
from harness_page import write_harness_page

from webparity.parity.drivers import browser_page
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.engine import BrowserEngine, list_engines
from webparity.parity.drivers.page_connection import CREDENTIAL, PREFIX
from webparity.parity.drivers.server import StaticServer
from webparity.parity.failure import RunCrashed, RunFailed, RunHung

pytestmark = pytest.mark.slow
CALL = """
  async call(method) {
    console.error('about to ' + method);
    if (method === 'hang') return new Promise(() => {});
    if (method === 'throw') throw new Error('out of cheese');
    return { result: { method, port: location.port } };
  }
"""


class Opened(NamedTuple):
    """A browser's page and the addresses of two servers with harness pages."""

    page: BrowserPage
    engine: BrowserEngine
    origin: str
    other_origin: str

    def open(self, name: str = "good.html") -> tuple[int, Path]:
        """Open a harness page and return the browser's process group and profile."""
        self.page.open_harness(f"{self.origin}/{name}")
        assert self.page._browser is not None
        return self.page._browser.process_id, self.page._browser.profile


@pytest.fixture(params=list_engines())
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    write_harness_page(tmp_path / "good.html", CALL)
    (tmp_path / "empty.html").write_text("<!doctype html><script>console.error('no harness today')</script>")
    engine = list_engines()[request.param]
    with StaticServer({"/": tmp_path}) as one, StaticServer({"/": tmp_path}) as two, BrowserPage(engine) as page:
        yield Opened(page, engine, one.origin, two.origin)


def test_a_page_answers_throws_and_hangs(opened: Opened) -> None:
    page = opened.page
    group, profile = opened.open()
    assert list_group(group)
    assert profile.is_dir()
    assert page.version[0].isdigit()
    assert page.call("run", {}, timeout=20)["result"]["method"] == "run"
    with pytest.raises(RunFailed, match="out of cheese"):
        page.call("throw", {}, timeout=20)
    said = "" if opened.engine.name == "webkit" else ".*about to hang"  # WebKitGTK writes no messages of pages
    with pytest.raises(RunHung, match=f"answer `hang`; received no sign of life for 1 s.*{said}"):
        page.call("hang", {}, timeout=1)
    await_end(group, profile)
    with pytest.raises(RunFailed, match="has ended already"):
        page.call("run", {}, timeout=20)


def test_a_started_browser_is_led_to_another_page(opened: Opened) -> None:
    group, profile = opened.open()
    port = str(urlsplit(opened.other_origin).port)
    opened.page.open_harness(f"{opened.other_origin}/good.html")
    assert opened.page.call("run", {}, timeout=20)["result"]["port"] == port
    assert opened.page.process_id == group
    opened.page.close()
    await_end(group, profile)


def test_only_the_started_page_is_admitted(opened: Opened) -> None:
    opened.open()
    assert opened.page._connection is not None
    spent = opened.page._connection.token
    for action in ("hello", "next", "reply", "alive", "other"):
        for credential in (spent, "guessed", ""):
            connection = HTTPConnection(urlsplit(opened.origin).netloc, timeout=10)
            connection.request("POST", PREFIX + action, body=b"{}", headers={CREDENTIAL: credential})
            assert connection.getresponse().status == 403
            connection.close()
    assert opened.page.call("run", {}, timeout=20)["result"]["method"] == "run"


@pytest.mark.parametrize("part", ["browser", "page"])
def test_a_crash_is_noticed_at_once(opened: Opened, part: str) -> None:
    group, profile = opened.open()
    killed = [group] if part == "browser" else find_page_processes(group, opened.engine.name)
    assert killed

    def crash() -> None:
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    timer = Timer(0.5, crash)
    timer.start()
    started_at = monotonic()
    with pytest.raises(RunCrashed, match=rf"{opened.engine.title} to answer `hang`; received (its|the) end"):
        opened.page.call("hang", {}, timeout=20)
    assert monotonic() - started_at < 10
    timer.join()
    await_end(group, profile)


@pytest.mark.parametrize("name", ["empty.html", "missing.html"])
def test_a_page_without_harness_fails_with_its_address(
    opened: Opened, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_page, "_START_S", 4.0)
    with pytest.raises(RunHung, match=rf"load the harness page \S+/{name}; received no request of it for 4 s"):
        opened.open(name)


KILLED = """
import sys, time
from pathlib import Path
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.engine import list_engines
from webparity.parity.drivers.server import StaticServer
with StaticServer({"/": Path(sys.argv[1])}) as server, BrowserPage(list_engines()[sys.argv[2]]) as page:
    page.open_harness(server.origin + "/good.html")
    print(page.process_id, page._browser.profile, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
@pytest.mark.parametrize("engine", CHROMIUM_FIRST)
def test_nothing_survives_the_process_that_started_it(tmp_path: Path, engine: str, number: int) -> None:
    write_harness_page(tmp_path / "good.html", CALL)
    command = [sys.executable, "-c", KILLED, str(tmp_path), engine]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        group, profile = process.stdout.readline().split()
        assert list_group(int(group))
        process.send_signal(number)
    await_end(int(group), Path(profile))
