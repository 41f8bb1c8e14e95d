"""The decode contract: each file gives the same pixels or the same refusal in Python, Node and every browser engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_verdicts import Verdict, decode_in_python

from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.engine import list_engines
from webparity.parity.drivers.node import NodeDriver
from webparity.parity.drivers.server import StaticServer

TIMEOUT_S = 180
ENGINES = ("chromium", "firefox", "webkit")


class DecoderRuntime(NamedTuple):
    name: str
    decode: Callable[[list[Path]], list[Verdict]]


def read_verdicts(reply: dict[str, Any]) -> list[Verdict]:
    assert "error" not in reply, reply
    results: list[dict[str, Any]] = reply["result"]["results"]
    return [(r["refused"],) if "refused" in r else (r["width"], r["height"], r["rgb8"]) for r in results]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Copied as an export does it: an editable install holds links, which the server does not follow.
    return shutil.copytree(str(files("webparity.assets") / "page"), tmp_path_factory.mktemp("page") / "site")


# An engine that is not installed is an error: the claim is about all of them.
@pytest.fixture(scope="module", params=["node", *list_engines()])
def runtime(request: pytest.FixtureRequest, site: Path) -> Iterator[DecoderRuntime]:
    if request.param == "node":
        with NodeDriver() as node:

            def decode_in_node(paths: list[Path]) -> list[Verdict]:
                return read_verdicts(node.call("decode", {"images": [str(p) for p in paths]}, timeout=TIMEOUT_S))

            yield DecoderRuntime("node", decode_in_node)
        return
    with StaticServer({"/site/": site}) as server, BrowserPage(list_engines()[request.param]) as page:
        page.open_harness(server.origin + "/site/harness.html")

        def decode_in_browser(paths: list[Path]) -> list[Verdict]:
            return read_verdicts(page.call("decode", {"images": server.serve_files(paths)}, timeout=TIMEOUT_S))

        yield DecoderRuntime(request.param, decode_in_browser)


@pytest.mark.parametrize(
    "kind", ["accepted", "declined", "damaged", pytest.param("more_random", marks=pytest.mark.full)]
)
def test_every_file_gives_the_same_verdict_as_in_python(
    kind: str, runtime: DecoderRuntime, request: pytest.FixtureRequest
) -> None:
    paths: list[Path] = request.getfixturevalue(kind)
    expected = [decode_in_python(path) for path in paths]
    received = runtime.decode(paths)
    diverging = {p.name: (e, r) for p, e, r in zip(paths, expected, received, strict=True) if e != r}
    assert diverging == {}


def test_the_three_engines_take_part() -> None:
    assert set(ENGINES) <= set(list_engines())
