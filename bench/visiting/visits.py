"""Visits of pages in turns: bytes that were sent, time to the first answer, time of the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from browsing.chromium import visit
from browsing.server import Site

_PROBE = Path(__file__).with_name("probe.js").read_text()
_LONGEST_S = 120.0
# Until a browser that was started has nothing more to do.
_START_MS = 1500
_MODELS = ("/model/", "/ours/model/", "/ours/golden/")


@dataclass
class Visits:
    """What visits of one page gave.

    Attributes:
        first_ms: from the navigation to the first answer, one a visit.
        script_ms: from the page's first script to the first answer, one a visit.
        warm_ms: median time of an image file to its answer, one a visit.
        code: bytes that were sent, without model, images and the probe.
        total: bytes that were sent, without the probe.
        requests: how many files.
        outside: requests to other hosts.
    """

    first_ms: list[float] = field(default_factory=list)
    script_ms: list[float] = field(default_factory=list)
    warm_ms: list[float] = field(default_factory=list)
    code: int = 0
    total: int = 0
    requests: int = 0
    outside: int = 0


def visit_in_turns(site: Site, address: str, pages: Sequence[str], rounds: int, delay_s: float = 0.0) -> list[Visits]:
    """Visit pages in turns, each time with an empty profile; the first turn only fills the server's cache.

    A visit comes from a page of another site, in a browser that has started before.

    Args:
        site: that is served.
        address: where it is served.
        pages: paths, without a leading slash.
        rounds: how many turns count.
        delay_s: seconds before each response.
    """
    visits = [Visits() for _ in pages]
    site.injected, site.delay_s = _write_probe(), 0.0
    start = address.replace("127.0.0.1", "localhost") + f"visiting/start.html#{_START_MS},{address}"
    for number in range(rounds + 1):
        for page, each in zip(pages, visits, strict=True):
            site.sent.clear()
            answer = visit(start + page, site.answers, _LONGEST_S)
            if number == 0:
                continue
            each.first_ms.append(answer["first"])
            each.script_ms.append(answer["script"])
            each.warm_ms.append(median(answer["warm"]))
            sent = [(path, size) for path, size in site.sent if not path.endswith("/start.html")]
            each.total = sum(size for _, size in sent)
            each.code = sum(size for path, size in sent if not path.startswith(_MODELS))
            each.requests, each.outside = len(sent), answer["outside"]
        site.delay_s = delay_s
    return visits


def _write_probe(attributes: str = "") -> str:
    """Write the probe for a page's HTML: as a file of its own it would hold up what comes after it."""
    return f"<script{attributes}>{_PROBE}</script>"


def measure_memory(site: Site, address: str, page: str, predictions: int) -> float:
    """Measure by how many bytes a page with its worker and WebAssembly grows in predictions after the first 100."""
    site.injected, site.delay_s, site.isolated = _write_probe(f' data-memory="{predictions}"'), 0.0, True
    before, after = visit(address + page, site.answers, 600.0)["sizes"]
    site.isolated = False
    return float(after - before)
