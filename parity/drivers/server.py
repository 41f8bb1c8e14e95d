"""A small static server on 127.0.0.1: the site as a page's visitors get it, and the images under test."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self
from urllib.parse import unquote, urlsplit

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
}


class StaticServer:
    """Serves folders under prefixes, and single files; nothing outside of them.

    Args:
        folders: folders by URL prefix, such as `/some/where/site/`.
        port: TCP port to listen on; 0 takes a free one.
    """

    def __init__(self, folders: dict[str, Path], port: int = 0) -> None:
        self._port = port
        self._folders = {prefix: folder.resolve() for prefix, folder in folders.items()}
        self._offered: dict[str, Path] = {}
        self._count = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to listen."""
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        assert self._server is not None  # noqa: S101 - asked for while listening
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def offer(self, files: list[Path]) -> list[str]:
        """Serve single files, in place of those offered before, and return their URLs.

        The URLs hold a number and the kind only: a file's own name may hold anything.
        """
        self._offered, start = {}, self._count
        for number, file in enumerate(files, start):
            self._offered[f"/images/{number:06d}{file.suffix.lower()}"] = file
        self._count += len(files)
        return [self.origin + path for path in self._offered]

    def find(self, target: str) -> Path | None:
        """The file a request's path stands for, or None."""
        path = unquote(urlsplit(target).path)
        if path in self._offered:
            return self._offered[path]
        for prefix, folder in self._folders.items():
            if path.startswith(prefix):
                file = (folder / (path.removeprefix(prefix) or "index.html")).resolve()
                return file if file.is_relative_to(folder) and file.is_file() else None
        return None


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[StaticServer]
    protocol_version = "HTTP/1.1"
    # Small answers would otherwise wait for the browser's delayed acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        file = self.owner.find(self.path)
        try:
            data = file.read_bytes() if file is not None else None
        except OSError:
            data = None
        if file is None or data is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", MIME_TYPES.get(file.suffix.lower(), "application/octet-stream"))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Stay silent."""
