"""Static HTTP server on 127.0.0.1 for a bundle's site and the images under test."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

from webparity.errors import UsageError
from webparity.parity.closing import Closing
from webparity.parity.drivers.http_handler import StaticHandler
from webparity.parity.drivers.page_connection import PageConnection

_HTTP: Final = 80
_LOCAL_NAMES: Final = ("127.0.0.1", "localhost")
_RUNNING: Final[dict[str, StaticServer]] = {}


class StaticServer(Closing):
    """Serves folders under prefixes, and single files; nothing outside of them.

    Args:
        folders: folders by URL prefix, such as `/some/where/site/`.
        port: TCP port to listen on; 0 takes a free one.
        silence_s: seconds after which a connection ends that sends or takes nothing.

    Answers only requests that name this machine in their `Host`: a page of another site whose name was made to lead
    here (DNS rebinding) gets nothing.
    """

    def __init__(self, folders: dict[str, Path], port: int = 0, *, silence_s: float = 30.0) -> None:
        self._silence_s = silence_s
        self._port = port
        self._count = 0
        self.serve_folders(folders)
        self._connections: list[PageConnection] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to listen."""
        handler = type("Handler", (StaticHandler,), {"owner": self, "timeout": self._silence_s})
        self._server = _QuietServer((_LOCAL_NAMES[0], self._port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        _RUNNING[self.origin] = self
        return self

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            del _RUNNING[self.origin]
            for connection in self._connections:
                connection.close()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve_folders(self, folders: dict[str, Path]) -> None:
        """Serve other folders, and no file of those offered before."""
        self._folders = {prefix: folder.resolve() for prefix, folder in folders.items()}
        self._offered: dict[str, Path] = {}

    def serve_files(self, files: list[Path]) -> list[str]:
        """Serve single files, in place of those offered before, and return their URLs.

        The URLs hold a number and the suffix only: a file's own name may hold anything.
        """
        self._offered, start = {}, self._count
        for number, file in enumerate(files, start):
            self._offered[f"/images/{number:06d}{file.suffix.lower()}"] = file
        self._count += len(files)
        return [self.origin + path for path in self._offered]

    def add_connection(self, connection: PageConnection) -> None:
        """Let a page connect; the handler finds its connection by what its requests carry."""
        self._connections = [*self._connections, connection]

    def remove_connection(self, connection: PageConnection) -> None:
        """Refuse a page's requests from now on."""
        connection.close()
        self._connections = [each for each in self._connections if each is not connection]

    def find_connection(self, action: str, credential: str) -> PageConnection | None:
        """Find the connection that admits a page's request, or None."""
        return next((each for each in self._connections if each.admits(action, credential)), None)

    def is_own_host(self, host: str) -> bool:
        """Whether a request's `Host` is this server's."""
        assert self._server is not None
        port = self._server.server_address[1]
        names = {f"{name}:{port}" for name in _LOCAL_NAMES} | (set(_LOCAL_NAMES) if port == _HTTP else set())
        return host.lower() in names

    def find(self, target: str) -> Path | None:
        """Find the file of a request's path, or None."""
        try:
            path = unquote(urlsplit(target).path)
            return self._offered[path] if path in self._offered else self._find_in_folders(path)
        except (OSError, ValueError):
            # A path too long for the disk, or with NUL; an address that is none.
            return None

    def _find_in_folders(self, path: str) -> Path | None:
        for prefix, folder in self._folders.items():
            if path.startswith(prefix):
                file = (folder / (path.removeprefix(prefix) or "index.html")).resolve()
                return file if file.is_relative_to(folder) and file.is_file() else None
        return None


def find_running_server(url: str) -> StaticServer:
    """Find the running server of this process that an address belongs to.

    Raises:
        UsageError: there is none.
    """
    parts = urlsplit(url)
    server = _RUNNING.get(f"{parts.scheme}://{parts.netloc}")
    if server is None:
        raise UsageError(
            f"Expected an address of a running StaticServer of this process; received {url}. Start the server first."
        )
    return server


class _QuietServer(ThreadingHTTPServer):
    # A browser opens six connections at once and more behind a page's back; the default of 5 resets some.
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of connections: a browser may disconnect at any time."""
