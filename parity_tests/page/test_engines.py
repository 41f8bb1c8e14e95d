"""The page itself in three engines: it answers a sample by the module, and its self-check finds the same bits."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from faulty_server import FaultyServer
from visits import ANSWER_MS, MODULE, list_samples

from webparity.parity.drivers.browser_process import BrowserProcess
from webparity.parity.drivers.engines.chromium import ENGINE as CHROMIUM
from webparity.parity.drivers.engines.engine import BrowserEngine
from webparity.parity.drivers.engines.firefox import ENGINE as FIREFOX
from webparity.parity.drivers.engines.webkit import ENGINE as WEBKIT

_TOLD = "told/"
# Does what a visitor does, and asks the server for a file whose name tells what came of it.
_VISITOR = """
const until = (find) =>
  new Promise((resolve) => {
    const look = () => (find() ? resolve(find()) : setTimeout(look, 20));
    look();
  });
const show = (selector) => until(() => document.querySelector(`${selector}:not([hidden])`));
(await until(() => document.querySelector('#samples button'))).click();
await show('#answer');
const label = document.getElementById('top-label').textContent;
const backend = document.querySelector('#backend option:checked').textContent;
document.getElementById('check').click();
const check = (await show('#check-result')).innerText;
void fetch('told/' + encodeURIComponent(JSON.stringify({ label, backend, check })));
"""


def _visit(engine: BrowserEngine, site: Path) -> dict[str, Any]:
    """Open a site's page in a browser, and wait for what its visitor tells."""
    with FaultyServer(site) as server:
        browser = BrowserProcess(engine, server.address)
        try:
            end = time.monotonic() + ANSWER_MS / 1000
            while time.monotonic() < end:
                told = [path for path in server.requests if path.startswith(_TOLD)]
                if told:
                    answer: dict[str, Any] = json.loads(unquote(told[0].removeprefix(_TOLD)))
                    return answer
                time.sleep(0.05)
        finally:
            browser.end()
    raise AssertionError(f"the page told nothing in {engine.title}; it asked for {server.requests}")


@pytest.mark.parametrize("engine", [CHROMIUM, FIREFOX, WEBKIT], ids=lambda engine: engine.name)
def test_the_page_answers_and_checks_itself(engine: BrowserEngine, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    (copy / "visitor.js").write_text(_VISITOR)
    html = (copy / "index.html").read_text()
    (copy / "index.html").write_text(html.replace("</head>", '<script type="module" src="visitor.js"></script></head>'))
    answer = _visit(engine, copy)
    manifest = json.loads((site / "manifest.json").read_text())
    assert answer["label"] == manifest["labels"][list_samples(site)[0]["label"]]
    assert answer["backend"] == MODULE
    assert "The same bits" in answer["check"]
