"""Request handler of the static server: files, requests of driven pages, the `Host` check and a time limit."""

from __future__ import annotations

import socket
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Timer
from typing import IO, Any, ClassVar, Final, Protocol
from urllib.parse import urlsplit

from webparity.parity.drivers.http_range import BadRange, parse_range
from webparity.parity.drivers.page_connection import CREDENTIAL, MAX_BODY, PREFIX, PageConnection

# Written out: what a machine's own MIME table says about .mjs and .wasm cannot be relied upon.
MIME_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
}

_CHUNK: Final = 2**20


class FileProvider(Protocol):
    """The server's methods that its request handler calls."""

    def find(self, target: str) -> Path | None:
        """Find the file of a request's target, or None."""

    def is_own_host(self, host: str) -> bool:
        """Whether a request's `Host` is the server's own."""

    def find_connection(self, action: str, credential: str) -> PageConnection | None:
        """Find the connection that admits a driven page's request, or None."""


class StaticHandler(BaseHTTPRequestHandler):
    """Answers requests for files, and those of driven pages.

    Attributes:
        owner: the server.
        timeout: seconds after which a connection ends that sends or takes nothing, or whose next request has not
            arrived whole. Each has its own thread meanwhile, so that others are not held.
    """

    owner: ClassVar[FileProvider]
    protocol_version = "HTTP/1.1"
    server_version = "webparity"
    sys_version = ""
    # Small answers would otherwise wait for the browser's delayed acknowledgement.
    disable_nagle_algorithm = True
    timeout: ClassVar[float] = 30.0

    def do_GET(self) -> None:
        """Send a file."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send the headers of a file."""
        self._answer(with_body=False)

    def do_POST(self) -> None:
        """Answer a driven page."""
        self._clock.cancel()
        if not self._is_addressed():
            self._refuse_host()
            return
        length = self.headers.get("Content-Length", "")
        action = self.path.removeprefix(PREFIX)
        connection = self.owner.find_connection(action, self.headers.get(CREDENTIAL, ""))
        # What is refused is not read, so that the next request would begin in the middle of it.
        self.close_connection = True
        if action == self.path:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif connection is None:
            self.send_error(HTTPStatus.FORBIDDEN, explain="Only the page that webparity has started may connect.")
        elif not length.isdecimal() or int(length) > MAX_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                return
            self.close_connection = False
            status, data = connection.answer(action, body, self._is_connected)
            self._send_json(status, data)

    def handle_one_request(self) -> None:
        """Answer one request; a client that disconnects meanwhile ends its connection only."""
        # The socket's own timeout starts anew with each byte, of which some send one now and then.
        self._clock = Timer(self.timeout, self._close_connection)
        self._clock.daemon = True
        self._clock.start()
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True
        finally:
            self._clock.cancel()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write no log."""

    def _close_connection(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _is_connected(self) -> bool:
        """Whether the client of the current request still waits for the answer."""
        allowed = self.connection.gettimeout()
        self.connection.settimeout(0)
        try:
            return len(self.connection.recv(1, socket.MSG_PEEK)) > 0
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.connection.settimeout(allowed)

    def _send_json(self, status: HTTPStatus, data: bytes) -> None:
        self.send_response(status)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def _refuse_host(self) -> None:
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, explain="This server answers for this machine only.")

    def _is_addressed(self) -> bool:
        hosts = self.headers.get_all("Host") or []
        try:
            absolute = "" if self.path.startswith("/") else urlsplit(self.path).netloc
        except ValueError:
            return False
        return len(hosts) == 1 and all(map(self.owner.is_own_host, filter(None, (*hosts, absolute)))) and bool(hosts[0])

    def _answer(self, *, with_body: bool) -> None:
        self._clock.cancel()
        if not self._is_addressed():
            self._refuse_host()
            return
        file = self.owner.find(self.path)
        try:
            stream = file.open("rb") if file is not None else None
        except OSError:
            stream = None
        if file is None or stream is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with stream:
            self._send(file, stream, with_body=with_body)

    def _send(self, file: Path, stream: IO[bytes], *, with_body: bool) -> None:
        size = stream.seek(0, 2)
        try:
            # There is nothing to compare If-Range with, and then the whole file is the right answer (RFC 9110).
            part = parse_range(self.headers.get("Range") if "If-Range" not in self.headers else None, size)
        except BadRange:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first, last = part or (0, size - 1)
        self.send_response(HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT)
        if part is not None:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", MIME_TYPES.get(file.suffix.lower(), "application/octet-stream"))
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self._copy(stream, first, last - first + 1)

    def _copy(self, stream: IO[bytes], first: int, length: int) -> None:
        stream.seek(first)
        while length > 0:
            data = stream.read(min(length, _CHUNK))
            if not data:
                # The file was cut while it was sent; the client learns it by the closed connection alone.
                self.close_connection = True
                return
            self.wfile.write(data)
            length -= len(data)
