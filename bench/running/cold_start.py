"""Cold start in Chromium: from the script's first line to the first answer, each time with an empty profile."""

from __future__ import annotations

import json
from pathlib import Path

from browsing.chromium import visit
from browsing.server import Site, serve
from reporting.table import MeasuredRow
from running.in_javascript import MODULE, ROOT, compare

_BOUND, _AIM = 0.2, 0.08
_WAYS = ("webparity", "litert", "onnxruntime-web", "tfjs")


def compare_cold_start(files: Path, digits: Path, rounds: int) -> MeasuredRow:
    """Measure the first answer of the digits network with each way in turns, from a server that sends brotli.

    Args:
        files: the folder that holds `own.mjs`.
        digits: the subject's folder in it.
        rounds: how many turns.
    """
    here = Path(__file__).parent
    roots = {"/": here, "/files/": files, "/module/": MODULE.parent, "/npm/": ROOT / "web/node_modules"}
    site = Site(roots, compressed=True, isolated=True)
    times: dict[str, list[float]] = {way: [] for way in _WAYS}
    subject = json.loads((digits / "subject.json").read_text())
    with serve(site) as address:
        for number in range(rounds + 1):
            for way in _WAYS:
                answer = visit(f"{address}cold.html?way={way}&folder={digits.name}", site.answers, 60)
                if answer["length"] != len((digits / "expected.bin").read_bytes()) // 4:
                    raise SystemExit(f"Expected an answer to {subject['name']} from {way}; received {answer}.")
                if number:  # the first turn fills the server's own cache of compressed files
                    times[way].append(answer["ms"])
    return compare("Chromium, cold start: the script's first line to the first answer, mnist-cnn", times, _BOUND, _AIM)
