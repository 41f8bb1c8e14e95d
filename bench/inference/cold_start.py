"""Cold start in Chromium: from the page's first script to its first answer, each time with an empty profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from browsing.server import serve
from inference.in_javascript import compare
from reporting.table import MeasuredRow
from visiting.stock_pages import PEERS, TUNED, make_site
from visiting.visits import visit_in_turns

_BOUND, _AIM = 0.2, 0.08


def compare_cold_start(files: Path, model: Path, rounds: int) -> Iterator[MeasuredRow]:
    """Measure stock pages with the digits network in turns, from a server that sends brotli, and a tuned one.

    Args:
        files: the folder that holds `own.mjs`.
        model: the folder of `add_stock_files`.
        rounds: how many turns.
    """
    ways = ("webparity", *PEERS, TUNED)
    site = make_site(model, files)
    with serve(site) as address:
        visits = visit_in_turns(site, address, [f"visiting/{way}.html" for way in ways], rounds)
    times = {way: each.script_ms for way, each in zip(ways, visits, strict=True)}
    what = "Chromium, cold start: the page's first script to the first answer, mnist-cnn"
    yield compare(what, {way: times[way] for way in ("webparity", *PEERS)}, _BOUND, _AIM)
    what = "Chromium, the same beside a page of TF.js tuned by hand"
    yield compare(what, {way: times[way] for way in ("webparity", TUNED)}, None, None)
