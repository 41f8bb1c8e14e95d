"""Node processes and browsers that are started once and lent to one run after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Self

import pytest

from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.engine import BrowserEngine, list_engines
from webparity.parity.drivers.node import NodeDriver
from webparity.parity.drivers.server import StaticServer
from webparity.parity.failure import RunFailed
from webparity.parity.runtimes import browser, node


class Pool:
    """Started drivers that nobody uses at the moment.

    Args:
        start: makes a driver that is not started yet.
        call_timeout: seconds that a driver has to close what a run has opened in it.
    """

    def __init__(self, start: Callable[[], Any], call_timeout: float = 20) -> None:
        self._start = start
        self._timeout = call_timeout
        self._idle: list[Any] = []
        self._lock = Lock()
        self.started = 0

    def take(self) -> Any:
        """Return an idle driver, or start one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            self.started += 1
        return self._start().__enter__()

    def give_back(self, driver: Any) -> None:
        """Keep a driver for the next run, unless it does not answer any more."""
        try:
            driver.call("close", {}, timeout=self._timeout)
        except RunFailed:
            driver.close()
            return
        with self._lock:
            self._idle.append(driver)

    def close(self) -> None:
        """Close all idle drivers."""
        while self._idle:
            self._idle.pop().close()


class LentDriver:
    """A driver out of a pool, for one run: a driver of a broken run is ended and does not go back.

    Args:
        pool: where it comes from.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._driver: Any = None
        self._broken = False

    def __enter__(self) -> Self:
        """Take a driver."""
        self._driver = self._pool.take()
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.close()

    def __getattr__(self, name: str) -> Any:
        """Its version and whatever else it has."""
        return getattr(self._driver, name)

    def open_harness(self, url: str) -> None:
        """Load a browser's harness page."""
        self._try(self._driver.open_harness, url)

    def call(self, method: str, params: dict[str, Any], *, timeout: float) -> Any:
        """Call the harness."""
        return self._try(self._driver.call, method, params, timeout=timeout)

    def close(self) -> None:
        """Give the driver back; may be called again."""
        driver, self._driver = self._driver, None
        if driver is None:
            return
        if self._broken:
            driver.close()
        else:
            self._pool.give_back(driver)

    def _try(self, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return work(*arguments, **options)
        except BaseException:
            self._broken = True
            raise


class LentServer:
    """A running server that stays when a run ends, for the next one.

    Args:
        idle: the servers that nobody uses.
        folders: as for a `StaticServer`.
    """

    def __init__(self, idle: list[StaticServer], folders: dict[str, Path]) -> None:
        self._idle = idle
        self._folders = folders

    def __enter__(self) -> StaticServer:
        """Return an idle server with these folders, or start one."""
        self._server = self._idle.pop() if self._idle else StaticServer({}).__enter__()
        self._server.serve_folders(self._folders)
        return self._server

    def __exit__(self, *_: object) -> None:
        """Keep it, with nothing to serve but the connections of pages."""
        self._server.serve_folders({})
        self._idle.append(self._server)


class SharedEngines:
    """The pools of a module of tests.

    Servers run until its end, since a browser can be led to another page only by the server of its page.
    """

    def __init__(self) -> None:
        self.servers: list[StaticServer] = []
        self.node = Pool(NodeDriver)
        self.browsers = {name: Pool(partial(BrowserPage, engine)) for name, engine in list_engines().items()}

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lets runs in Node and in browsers take their process or browser from the pools."""

        def lend_page(engine: BrowserEngine) -> LentDriver:
            return LentDriver(self.browsers[engine.name])

        def lend_server(folders: dict[str, Path]) -> LentServer:
            return LentServer(self.servers, folders)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(node, "NodeDriver", lambda: LentDriver(self.node))
            patch.setattr(browser, "BrowserPage", lend_page)
            patch.setattr(browser, "StaticServer", lend_server)
            yield

    def close(self) -> None:
        """End all processes."""
        for pool in (self.node, *self.browsers.values()):
            pool.close()
        while self.servers:
            self.servers.pop().__exit__(None, None, None)


def lend_engines() -> Iterator[None]:
    """A fixture of a module: its runs share engines, which are closed behind it."""
    started = SharedEngines()
    with started.lent():
        yield
    started.close()
