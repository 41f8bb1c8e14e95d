"""A loopback server as static hosts are: brotli, files kept for ten minutes, an optional delay; it takes answers."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import brotli

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
# Formats that are compressed already.
_STORED = {".png", ".jpg"}


_KEPT = Path("build/bench/brotli")


@cache
def compress(file: Path) -> bytes:
    """Compress a file as a static host keeps it, with brotli's best quality; kept on disk, for 14 MB take a minute."""
    data = file.read_bytes()
    kept = _KEPT / hashlib.sha256(data).hexdigest()
    if not kept.is_file():
        _KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(brotli.compress(data, quality=11))
    return kept.read_bytes()


class Site:
    """What a server gives out, and what it has seen.

    Args:
        roots: folders by the prefix of an address, such as `/` or `/peers/`; the longest prefix counts.
        compressed: whether files are sent with brotli.
        delay_s: seconds before each response.
        isolated: whether pages are isolated, which makes steps of their clock 5 µs instead of 100.

    Attributes:
        answers: what pages posted, in order.
        sent: address and bytes of the body of each response since `sent` was last cleared.
        injected: HTML that is put first into the head of every page.
    """

    def __init__(
        self, roots: dict[str, Path], *, compressed: bool = False, delay_s: float = 0.0, isolated: bool = False
    ) -> None:
        self.roots = {prefix: root.resolve() for prefix, root in roots.items()}
        self.compressed, self.delay_s, self.isolated = compressed, delay_s, isolated
        self.answers: Queue[Any] = Queue()
        self.sent: list[tuple[str, int]] = []
        self.injected = ""

    def find(self, address: str) -> Path | None:
        """Find the file of an address."""
        path = address.partition("?")[0]
        prefixes = sorted((prefix for prefix in self.roots if path.startswith(prefix)), key=len, reverse=True)
        for prefix in prefixes:
            file = (self.roots[prefix] / path[len(prefix) :]).resolve()
            if file.is_relative_to(self.roots[prefix]) and file.is_file():
                return file
        return None


class _PageHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together: apart, the body waits for the acknowledgement of the head, which comes 40 ms later.
    wbufsize = -1
    disable_nagle_algorithm = True
    site: Site

    def do_GET(self) -> None:
        """Send a file."""
        site = self.site
        time.sleep(site.delay_s)
        file = site.find(self.path)
        if file is None:
            self._send(404, b"", {})
            return
        headers = {"Content-Type": _TYPES.get(file.suffix, "application/octet-stream"), "Cache-Control": "max-age=600"}
        data = file.read_bytes()
        if file.suffix == ".html" and site.injected:
            data = data.replace(b"<head>", b"<head>" + site.injected.encode(), 1)
        elif site.compressed and file.suffix not in _STORED:
            data, headers["Content-Encoding"] = compress(file), "br"
        if site.isolated:
            headers |= {
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Embedder-Policy": "require-corp",
            }
        site.sent.append((self.path, len(data)))
        self._send(200, data, headers)

    def do_POST(self) -> None:
        """Take an answer."""
        self.site.answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._send(204, b"", {})

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:  # it has no body
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Ignore connections that a browser drops when it ends."""


@contextmanager
def serve(site: Site) -> Iterator[str]:
    """Serve a site on loopback; gives its address, which ends with a slash."""
    handler = type("Handler", (_PageHandler,), {"site": site})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
