"""A runtime that hangs, floods or ends must be named in seconds, and the other runs must be kept."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_processes import CHROMIUM_FIRST, list_group
from harness_page import write_harness_page
from small_models import load_tiny_bundle_module

from webparity.bundle.read import Bundle
from webparity.parity import verify
from webparity.parity.drivers import node
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.runtimes import browser
from webparity.verification.report import Report

pytestmark = pytest.mark.slow
SILENCE_S = 2.0
FAR_FROM_MINUTES_S = 45.0
ALLOWED = f" with {SILENCE_S:.0f} s of silence allowed"

OPENED = """
    import json, sys, time
    def reply(**fields):
        print(json.dumps({"id": request["id"], **fields}), flush=True)
    request = json.loads(sys.stdin.readline())
    reply(result={"runtime": "onnxruntime-node", "version": "1", "backend": "cpu", "engine": None})
    request = json.loads(sys.stdin.readline())
"""
SILENT = {
    "hangs before it opens": "import time; time.sleep(600)",
    "hangs at the images": OPENED + "    time.sleep(600)\n",
    "loops at the images": OPENED + "    while True: pass\n",
    "writes half a line": OPENED + "    sys.stdout.write('{\"id\": 2, '); sys.stdout.flush(); time.sleep(600)\n",
    "lives and never answers": OPENED + "    while True: reply(alive=0); time.sleep(0.1)\n",
}
BROKEN = {
    "exits at once": "raise SystemExit(3)",
    "exits at the images": OPENED + "    sys.exit(9)\n",
    "floods one line": OPENED + "    while True: sys.stdout.write('x' * 100)\n",
    "floods lines": OPENED + "    while True: print('noise')\n",
    "answers another call": OPENED + "    request['id'] = 77; reply(result={}); time.sleep(600)\n",
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    opened: Bundle = load_tiny_bundle_module().write_tiny_bundle(tmp_path_factory.mktemp("tiny"))
    return opened


def _verify(bundle: Bundle, name: str, silence: float = SILENCE_S) -> tuple[str, str]:
    report: Report = verify(bundle, runtimes=["onnxruntime", name], max_silence=silence)
    verdicts = {run.runtime: (run.verdict, run.reason) for run in report.runs}
    assert verdicts["onnxruntime"] == ("pass", ""), "the other runs are kept"
    return next(verdict for runtime, verdict in verdicts.items() if runtime != "onnxruntime")


def _replace_node(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr(node, "_build_command", lambda: command)


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_a_silent_node_is_ended_started_once_more_and_named(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str
) -> None:
    starts = tmp_path / "starts"
    count = f"open({str(starts)!r}, 'a').write('.')\n"
    _replace_node(monkeypatch, [sys.executable, "-c", count + textwrap.dedent(body)])
    verdict, reason = _verify(bundle, "onnxruntime-node")
    assert verdict == "fail"
    assert "onnxruntime-node hung, was started once more, and hung again" in reason
    assert "--max-silence" in reason
    assert starts.read_text() == ".."


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_node_that_breaks_is_named_at_once(bundle: Bundle, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    # How soon half a gigabyte is written is the machine's affair.
    monkeypatch.setattr(node, "_MAX_LINE", 2**16)
    _replace_node(monkeypatch, [sys.executable, "-c", textwrap.dedent(body)])
    verdict, reason = _verify(bundle, "onnxruntime-node")
    assert verdict == "fail"
    assert "Expected" in reason
    assert "hung" not in reason


@pytest.mark.usefixtures("timed")
def test_a_node_that_hangs_once_gives_all_its_answers(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = shlex.join(node._build_command())
    mark = shlex.quote(str(tmp_path / "hung"))
    _replace_node(monkeypatch, ["sh", "-c", f"if [ -e {mark} ]; then exec {real}; fi; touch {mark}; sleep 600"])
    # The second start is the real one, and takes seconds.
    assert _verify(bundle, "onnxruntime-node", silence=10) == ("pass", "")


PAGES = {
    "its document loops": "async call() { for (;;) ; }",
    "its worker loops": (
        "call() { new Worker(URL.createObjectURL(new Blob(['for (;;) ;']))); return new Promise(() => {}); }"
    ),
    "its timers tick and nothing works": "call() { setInterval(() => 0, 10); return new Promise(() => {}); }",
}


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize("engine", CHROMIUM_FIRST)
@pytest.mark.parametrize("harness", PAGES.values(), ids=PAGES)
def test_a_silent_page_is_ended_with_its_browser(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, harness: str, engine: str
) -> None:
    write_harness_page(tmp_path / "harness.html", harness)
    monkeypatch.setattr(browser, "_find_shipped_page", lambda: tmp_path)
    processes: list[int] = []
    opened: Callable[..., None] = BrowserPage.open_harness

    def record(self: BrowserPage, url: str) -> None:
        opened(self, url)
        assert self.process_id is not None
        processes.append(self.process_id)

    monkeypatch.setattr(BrowserPage, "open_harness", record)
    verdict, reason = _verify(bundle, f"onnxruntime-web:wasm@{engine}")
    assert verdict == "fail"
    assert f"onnxruntime-web:wasm@{engine} hung, was started once more, and hung again" in reason
    assert len(processes) == 2
    assert not [process for process in processes if list_group(process)]


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize("engine", CHROMIUM_FIRST)
def test_a_browser_that_crashes_is_started_once_more_and_named(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    starts: list[int] = []
    opened: Callable[..., None] = BrowserPage.open_harness

    def crash(self: BrowserPage, url: str) -> None:
        opened(self, url)
        assert self.process_id is not None
        starts.append(self.process_id)
        if len(starts) <= crashes:
            os.killpg(self.process_id, signal.SIGKILL)

    monkeypatch.setattr(BrowserPage, "open_harness", crash)
    crashes = 1
    assert _verify(bundle, f"onnxruntime-web:wasm@{engine}", silence=20) == ("pass", "")
    assert len(starts) == 2
    crashes = 4
    verdict, reason = _verify(bundle, f"onnxruntime-web:wasm@{engine}", silence=20)
    assert verdict == "fail"
    assert f"onnxruntime-web:wasm@{engine} crashed, was started once more, and crashed again" in reason
    assert len(starts) == 4
