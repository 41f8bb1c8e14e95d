"""The parts of the benchmarks of inference and of the page: rows, models' names, and the server of pages."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path

import brotli
import pytest
from browsing import server
from browsing.server import Site, serve
from inference.in_javascript import compare, format_ms
from inference.subjects import SUBJECTS


def test_a_row_compares_with_the_fastest_peer_turn_by_turn() -> None:
    times = {"webparity": [1.0, 2.0, 9.0], "slow": [50.0, 50.0, 50.0], "fast": [2.0, 5.0, 10.0]}
    row = compare("a model", times, 0.6, 0.35)
    assert row.figure == 0.5
    assert row.peer == "fast 5.00 ms (slow 50.0 ms)"
    assert row.result == "bound"
    assert compare("a model", times, 0.6, None, "slow").figure == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0371, "0.037 ms"), (2.361, "2.36 ms"), (14.41, "14.4 ms"), (689.2, "689 ms")]
)
def test_milliseconds_have_three_digits(value: float, text: str) -> None:
    assert format_ms(value) == text


def test_models_have_folders_of_their_own_and_images_of_their_size() -> None:
    assert len({subject.folder for subject in SUBJECTS}) == len(SUBJECTS)
    for subject in SUBJECTS:
        spec = subject.preprocessing
        assert subject.draw_pixels().shape == (spec.height, spec.width, 3)


def test_a_server_sends_brotli_after_a_delay_and_takes_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_KEPT", tmp_path / "kept")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "page.html").write_text("<html><head></head></html>")
    (folder / "code.js").write_text("// " + "code " * 100)
    (tmp_path / "secret").write_text("not given out")
    site = Site({"/": folder}, compressed=True, delay_s=0.05)
    site.injected = "<script></script>"
    with serve(site) as address:
        began = time.perf_counter()
        with urllib.request.urlopen(address + "page.html?way=one") as response:
            assert response.read() == b"<html><head><script></script></head></html>"
        assert time.perf_counter() - began >= 0.05
        with urllib.request.urlopen(address + "code.js") as response:
            sent = response.read()
        assert brotli.decompress(sent) == (folder / "code.js").read_bytes()
        assert site.sent[-1] == ("/code.js", len(sent))
        for path in ("nothing", "../secret"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + path)
        answer = urllib.request.Request(address + "answer", data=json.dumps({"first": 1}).encode())
        with urllib.request.urlopen(answer):
            assert site.answers.get(timeout=5) == {"first": 1}
