"""Subjects in Node and in Chromium: times of ours and of the peers in turns, as rows of the table."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from browsing.chromium import visit
from browsing.server import Site, serve
from inference.subjects import BenchmarkedModel
from reporting.table import MeasuredRow

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "web/assets/webparity.wasm"
_HERE = Path(__file__).parent
_NPM = ROOT / "web/node_modules"
PHOTOGRAPH_BOUND, PHOTOGRAPH_AIM = 0.7, 0.4


def build_host(files: Path) -> Path:
    """Build the host of programs for both platforms."""
    subprocess.run([ROOT / "scripts/with-node", "node", _HERE / "build.mjs", files], check=True)
    return files / "own.mjs"


def measure_in_node(files: Path, folders: Sequence[Path], rounds: int) -> list[dict[str, Any]]:
    """Measure subjects in Node, where LiteRT.js does not run."""
    command = [ROOT / "scripts/with-node", "node", _HERE / "in-node.mjs", files / "own.mjs", MODULE, str(rounds)]
    done = subprocess.run([*command, *folders], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def measure_in_chromium(files: Path, folders: Sequence[Path], rounds: int, photograph: Path | None) -> dict[str, Any]:
    """Measure subjects in Chromium, and a photograph with one of them, in one page."""
    request = {
        "subjects": [folder.name for folder in folders],
        "rounds": rounds,
        "photograph": photograph and photograph.name,
    }
    (files / "request.json").write_text(json.dumps(request))
    site = Site({"/": _HERE, "/files/": files, "/module/": MODULE.parent, "/npm/": _NPM}, isolated=True)
    with serve(site) as address:
        answer: dict[str, Any] = visit(f"{address}page.html", site.answers)
    return answer


def make_row(place: str, subject: BenchmarkedModel, result: dict[str, Any]) -> MeasuredRow:
    """Make the row of a subject: the median of the ratios to the fastest peer of each round.

    Raises:
        SystemExit: our own answer was wrong, or no peer gave one.
    """
    failures = {name: words for name, words in result["failures"].items() if name != "litert" or place == "Chromium"}
    for name, words in failures.items():
        print(f"{place}, {subject.name}: without {name}: {words}", flush=True)
    if "webparity" in failures or not set(result["times"]) - {"webparity"}:
        raise SystemExit(f"Expected the library's answer to {subject.name} in {place}; received {failures}.")
    return compare(f"{place}, {subject.name}", result["times"], subject.bound, subject.aim, subject.peer)


def compare(
    what: str, times: dict[str, list[float]], bound: float | None, aim: float | None, only: str | None = None
) -> MeasuredRow:
    """Make a row of times of ways: ours against the fastest peer, or against `only`."""
    peers = {name: each for name, each in times.items() if name != "webparity" and only in (None, name)}
    fastest = min(peers, key=lambda name: median(peers[name]))
    ratio = median(own / peer for own, peer in zip(times["webparity"], peers[fastest], strict=True))
    others = ", ".join(f"{name} {format_ms(median(each))}" for name, each in peers.items() if name != fastest)
    peer = f"{fastest} {format_ms(median(peers[fastest]))}" + (f" ({others})" if others else "")
    return MeasuredRow(what, format_ms(median(times["webparity"])), peer, ratio, bound, aim)


def format_ms(value: float) -> str:
    """Format milliseconds with three digits."""
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} ms"
