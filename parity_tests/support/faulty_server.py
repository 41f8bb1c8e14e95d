"""A static server that fails on demand: files that stop half-way, are cut or missing."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from webparity.parity.drivers.http_handler import MIME_TYPES

Fault = Literal["stalled", "cut", "missing"]


class FaultyServer:
    """Serves one folder at `/`; `faults` names what happens to files, by their path in the folder, from now on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: dict[str, Fault] = {}
        self.requests: list[str] = []
        self.ended = threading.Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[FaultyServer]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/") or "index.html"
        self.owner.requests.append(path)
        fault = self.owner.faults.get(path)
        file = self.owner.folder / path
        if fault == "missing" or not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        data = file.read_bytes()
        half = data[: len(data) // 2]
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", MIME_TYPES.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(half if fault == "cut" else data)))
        # As hosts do: a browser may keep it, and must then not stay with a copy of a damaged file.
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(data if fault is None else half)
        if fault == "stalled":
            self.wfile.flush()
            self.owner.ended.wait()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Stay silent."""
