"""Visits of an exported page beside stock pages of TF.js, onnxruntime-web and LiteRT.js with the same network.

    python bench/page.py --run build/demo/run --page docs/measured.md --json build/bench/page.json

Chromium fetches each page with an empty profile from a loopback server that sends brotli, in turns, with and without
100 ms a response; medians. Ours is the page that `webparity export --precision auto` writes.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from browsing.server import Site, serve
from inference.in_javascript import build_host, format_ms
from reporting.figures import describe_run, write_figures
from reporting.table import PAGE, MeasuredRow, write_section
from visiting.stock_pages import PEERS, TUNED, make_site, write_model
from visiting.visits import Visits, measure_memory, visit_in_turns

from webparity.export import export_model
from webparity.train.trained import load_run

FILES = Path("build/bench/page")
OURS = "ours/index.html"
DELAY_S = 0.1
PREDICTIONS = 1000
TARGETS = ("onnx", "tfjs-graph", "wasm")


def write_sites(run: Path) -> Site:
    """Export the page, and write the same network for the stock pages."""
    FILES.mkdir(parents=True, exist_ok=True)
    build_host(FILES)
    bundle = export_model(run, FILES / "bundle", targets=TARGETS, precision="auto", force=True)
    sample = next(image for image in bundle.manifest.golden if image.sample)
    baked: Any = load_run(run).baked
    model = write_model(baked.network, baked.preprocessing, bundle.site / sample.file, FILES / "model")
    return make_site(model, FILES, bundle.site)


def summarize(plain: Visits, delayed: Visits) -> dict[str, Any]:
    """Summarize one page's visits, for machines."""
    return {
        "code_brotli": plain.code,
        "total_brotli": plain.total,
        "requests": plain.requests,
        "first_prediction_ms": median(plain.first_ms),
        "first_prediction_ms_with_100_ms_a_response": median(delayed.first_ms),
        "warm_ms": median(plain.warm_ms),
        "outside_requests": plain.outside,
    }


def compare_first(
    what: str, ours: Visits, peers: dict[str, Visits], bound: float | None = 0.5, aim: float | None = 0.25
) -> MeasuredRow:
    """Make the row of the time to the first answer: the median of the ratios to the fastest peer of each turn."""
    fastest = min(peers, key=lambda name: median(peers[name].first_ms))
    pairs = zip(ours.first_ms, peers[fastest].first_ms, strict=True)
    others = ", ".join(f"{name} {format_ms(median(each.first_ms))}" for name, each in peers.items() if name != fastest)
    peer = f"{fastest} {format_ms(median(peers[fastest].first_ms))}" + (f" ({others})" if others else "")
    return MeasuredRow(
        what, format_ms(median(ours.first_ms)), peer, median(own / peer for own, peer in pairs), bound, aim
    )


def make_rows(ours: list[Visits], peers: list[dict[str, Visits]], grown: float) -> Iterator[MeasuredRow]:
    """Make the rows; `ours` and `peers` without a delay and with it."""
    plain = ours[0]
    for each, others, delay in zip(ours, peers, ("", ", 100 ms a response"), strict=True):
        stock = {name: others[name] for name in PEERS}
        yield compare_first(f"navigation to first answer{delay}", each, stock)
        tuned = {TUNED: others[TUNED]}
        yield compare_first(f"the same beside a page of TF.js tuned by hand{delay}", each, tuned, None, None)
    smallest = min(((name, peers[0][name]) for name in PEERS), key=lambda item: item[1].total)
    peer = f"{smallest[0]} {smallest[1].code:,} bytes"
    yield MeasuredRow("code before the model", f"{plain.code:,} bytes", peer, plain.code / 1000, 130, 90, unit="kB")
    peer = f"{smallest[0]} {smallest[1].total:,} bytes"
    what = "page and mnist-cnn, precision auto"
    yield MeasuredRow(what, f"{plain.total:,} bytes", peer, plain.total / 1000, 260, 200, unit="kB")
    what = f"growth of heap and WebAssembly in {PREDICTIONS:,} predictions"
    yield MeasuredRow(what, f"{grown:,.0f} bytes", "", grown / 2**20, 1.0, None, unit="MiB")
    yield MeasuredRow("requests to other hosts", f"{plain.outside}", "", plain.outside, 0, 0)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("build/demo/run"), help="a run of `webparity train mnist-cnn`")
    parser.add_argument("--quick", action="store_true", help="three turns")
    parser.add_argument("--page", type=Path, help="write the section of this Markdown page")
    parser.add_argument("--json", type=Path, help="write the figures here, for machines")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    site = write_sites(options.run)
    pages = [OURS, *(f"visiting/{name}.html" for name in (*PEERS, TUNED))]
    with serve(site) as address:
        turns = [visit_in_turns(site, address, pages, 3 if options.quick else 11, delay) for delay in (0.0, DELAY_S)]
        grown = measure_memory(site, address, OURS, PREDICTIONS)
    ours = [visits[0] for visits in turns]
    peers = [dict(zip((*PEERS, TUNED), visits[1:], strict=True)) for visits in turns]
    rows = [*make_rows(ours, peers, grown)]
    print("\n".join(row.format_line() for row in rows))
    details = {
        "peers": "stock pages with the same network in float32, as the libraries' documentation has them; LiteRT.js "
        "and onnxruntime-web on one thread. The tuned page takes single packages of TF.js, and asks for library, model,"
        " weights and image at once",
        "sample": "chosen by a script as soon as the page offers it; the stock pages classify it at once",
        **describe_run(before),
    }
    if options.page:
        write_section(PAGE, options.page, rows, details)
    if options.json:
        write_figures(
            options.json,
            rows,
            details,
            ours=summarize(*ours) | {"grown_bytes": grown},
            peers={name: summarize(peers[0][name], peers[1][name]) for name in peers[0]},
        )


if __name__ == "__main__":
    main()
