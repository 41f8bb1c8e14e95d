"""The decode contract: each file gives the same pixels or the same refusal in Python, Node and Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from corpus import make_fuzz_files, make_jpegs, make_pngs, make_refused, write_files

from webparity.decode.contract import decode_file, digest_rgb8
from webparity.errors import DecodeError
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.chromium import ENGINE as CHROMIUM
from webparity.parity.drivers.node import NodeDriver
from webparity.parity.drivers.server import StaticServer

# Either (width, height, digest) or (refusal code).
Verdict = tuple[Any, ...]
FUZZED = 400
TIMEOUT_S = 180


class DecoderRuntime(NamedTuple):
    name: str
    decode: Callable[[list[Path]], list[dict[str, Any]]]


def decode_in_python(path: Path) -> Verdict:
    try:
        pixels = decode_file(path)
    except DecodeError as error:
        return (error.code,)
    return (pixels.shape[1], pixels.shape[0], digest_rgb8(pixels))


def read_results(reply: dict[str, Any]) -> list[dict[str, Any]]:
    assert "error" not in reply, reply
    results: list[dict[str, Any]] = reply["result"]["results"]
    return results


def read_verdicts(results: list[dict[str, Any]]) -> list[Verdict]:
    return [(r["refused"],) if "refused" in r else (r["width"], r["height"], r["rgb8"]) for r in results]


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_files({**make_jpegs(), **make_pngs()}, tmp_path_factory.mktemp("accepted"))


@pytest.fixture(scope="module")
def declined(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_files(make_refused(), tmp_path_factory.mktemp("refused"))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_files(make_fuzz_files(FUZZED), tmp_path_factory.mktemp("fuzzed"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Copied as an export does it: an editable install holds links, which the server does not follow.
    return shutil.copytree(str(files("webparity.assets") / "page"), tmp_path_factory.mktemp("page") / "site")


@pytest.fixture(scope="module", params=["node", "chromium"])
def runtime(request: pytest.FixtureRequest, site: Path) -> Iterator[DecoderRuntime]:
    if request.param == "node":
        with NodeDriver() as node:

            def decode_in_node(paths: list[Path]) -> list[dict[str, Any]]:
                return read_results(node.call("decode", {"images": [str(p) for p in paths]}, timeout=TIMEOUT_S))

            yield DecoderRuntime("node", decode_in_node)
        return
    with StaticServer({"/site/": site}) as server, BrowserPage(CHROMIUM) as chromium:
        chromium.open_harness(server.origin + "/site/harness.html")

        def decode_in_chromium(paths: list[Path]) -> list[dict[str, Any]]:
            return read_results(chromium.call("decode", {"images": server.serve_files(paths)}, timeout=TIMEOUT_S))

        yield DecoderRuntime("chromium", decode_in_chromium)


@pytest.mark.parametrize("kind", ["accepted", "declined", "damaged"])
def test_every_file_gives_the_same_verdict_as_in_python(
    kind: str, runtime: DecoderRuntime, request: pytest.FixtureRequest
) -> None:
    paths: list[Path] = request.getfixturevalue(kind)
    expected = [decode_in_python(path) for path in paths]
    received = read_verdicts(runtime.decode(paths))
    diverging = {p.name: (e, r) for p, e, r in zip(paths, expected, received, strict=True) if e != r}
    assert diverging == {}


def test_python_accepts_every_good_file(accepted: list[Path]) -> None:
    assert {p.name: v for p in accepted if len(v := decode_in_python(p)) == 1} == {}
    assert len(accepted) > 100


def test_python_refuses_each_bad_file_with_the_code_in_its_name(declined: list[Path]) -> None:
    diverging = {p.name: v for p in declined if not (len(v := decode_in_python(p)) == 1 and p.name.startswith(v[0]))}
    assert diverging == {}
    assert len(declined) > 50


def test_some_fuzzed_files_are_accepted_and_some_refused(damaged: list[Path]) -> None:
    found = [decode_in_python(path) for path in damaged]
    assert sum(len(v) == 3 for v in found) > FUZZED // 10
    assert {v[0] for v in found if len(v) == 1} >= {"corrupt", "truncated"}


def test_chromium_decodes_opaque_images_itself_and_node_by_wasm(accepted: list[Path], runtime: DecoderRuntime) -> None:
    names = ("jpeg-420.jpg", "jpeg-progressive.jpg", "jpeg-exif-6-le.jpg", "png-rgb-8.png", "png-palette-8-alpha.png")
    results = runtime.decode([p for p in accepted if p.name in names])
    assert [r["decoder"] for r in results] == ["native" if runtime.name == "chromium" else "wasm"] * len(names)
