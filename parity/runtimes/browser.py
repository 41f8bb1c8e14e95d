"""The shipped TypeScript runtime in a browser page, served from 127.0.0.1 as a static site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final

from webparity.bundle.web_runtimes import list_backends
from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.browser_page import BrowserPage
from webparity.parity.drivers.engines.engine import list_engines
from webparity.parity.drivers.server import StaticServer
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.harness import HarnessRuntime
from webparity.parity.samples import Sample

# Not at the root: a page that only works there would fail on most static hosts.
_SITE: Final = "/some/where/site/"
_HARNESS: Final = "/harness/"


class BrowserRuntime(HarnessRuntime):
    """One browser with one page per run, so that a crash or a leak affects no other run."""

    name: ClassVar[str] = "browser"
    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(runtime=runtime.name, backend=backend, engine=engine.name)
        for engine in list_engines().values()
        for runtime, backend in list_backends("browser")
        if backend not in engine.unsupported_backends
    )

    _server: StaticServer
    _page: BrowserPage
    _stack: ExitStack | None = None

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Explain which of Playwright and the browser is missing, or return None."""
        missing = list_engines()[name.engine].explain_missing()
        return None if missing is None else f"{name} cannot be reached. {missing}"

    def _start(self) -> str:
        self._stack = ExitStack()
        folders = {_SITE: self.bundle.site}
        page = _SITE + "harness.html"
        # A page that no digest covers is not opened: it could answer anything.
        if "harness.html" not in self.bundle.manifest.files:
            folders[_HARNESS], page = _find_shipped_page(), _HARNESS + "harness.html"
        self._server = self._stack.enter_context(StaticServer(folders))
        self._page = self._stack.enter_context(BrowserPage(list_engines()[self.identity.engine]))
        self.engine = f"{self.identity.engine} {self._page.version}"
        self._page.open_harness(self._server.origin + page)
        return self._server.origin + _SITE

    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        return self._page.call(method, params, timeout=timeout)

    def _list_addresses(self, samples: Sequence[Sample]) -> list[str]:
        return self._server.serve_files([sample.file.path for sample in samples])

    def _close(self) -> None:
        if self._stack is not None:
            self._stack.close()
            self._stack = None


def _find_shipped_page() -> Path:
    folder = Path(str(files("webparity.assets"))) / "page"
    if not (folder / "harness.html").is_file():
        raise RuntimeUnavailable(
            "Expected a page in the bundle or the built page in webparity's assets; received neither. "
            "Run `npm run build` in web/."
        )
    # A strict editable install links file by file; the server serves the folder that the links lead to.
    return (folder / "harness.html").resolve().parent


RUNTIME = BrowserRuntime
