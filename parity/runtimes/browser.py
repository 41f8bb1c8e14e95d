"""The shipped TypeScript runtime in a browser page, served from 127.0.0.1 as a static site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final

from webparity.bundle.read import Bundle
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
_HARNESS_PAGE: Final = "harness.html"
# In the head of a harness page that connects to the driver.
_CONNECTS: Final = 'name="webparity-driver"'


class BrowserRuntime(HarnessRuntime):
    """One browser with one page per run, so that a crash or a leak affects no other run."""

    name: ClassVar[str] = "browser"
    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(runtime=runtime.name, backend=backend, engine=engine.name, exact=runtime.exact)
        for engine in list_engines().values()
        for runtime, backend in list_backends("browser")
    )

    _server: StaticServer
    _page: BrowserPage
    _stack: ExitStack | None = None

    @classmethod
    def explain_unsupported(cls, name: RuntimeName) -> str | None:
        """Explain why the engine cannot run a backend, or return None."""
        return list_engines()[name.engine].unsupported_backends.get(name.backend)

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Explain what the engine cannot do or which program is missing, or return None."""
        reason = cls.explain_unsupported(name) or list_engines()[name.engine].explain_missing()
        return None if reason is None else f"{name} cannot be reached. {reason}"

    def _start(self) -> str:
        self._stack = ExitStack()
        folders = {_SITE: self.bundle.site}
        page = _SITE + _HARNESS_PAGE
        if not _has_own_harness(self.bundle):
            folders[_HARNESS], page = _find_shipped_page(), _HARNESS + _HARNESS_PAGE
        self._server = self._stack.enter_context(StaticServer(folders))
        self._page = self._stack.enter_context(BrowserPage(list_engines()[self.identity.engine]))
        self._page.open_harness(self._server.origin + page)
        self.engine = f"{self.identity.engine} {self._page.version}".strip()
        return self._server.origin + _SITE

    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        return self._page.call(method, params, timeout=timeout)

    def _list_addresses(self, samples: Sequence[Sample]) -> list[str]:
        return self._server.serve_files([sample.file.path for sample in samples])

    def _close(self) -> None:
        if self._stack is not None:
            self._stack.close()
            self._stack = None


def _has_own_harness(bundle: Bundle) -> bool:
    """Whether a bundle's own harness page is used.

    A page that no digest covers could answer anything; one of an earlier version does not connect.
    """
    if _HARNESS_PAGE not in bundle.manifest.files:
        return False
    return _CONNECTS in (bundle.site / _HARNESS_PAGE).read_text("utf-8", "replace")


def _find_shipped_page() -> Path:
    folder = Path(str(files("webparity.assets"))) / "page"
    if not (folder / _HARNESS_PAGE).is_file():
        raise RuntimeUnavailable(
            "Expected a page in the bundle or the built page in webparity's assets; received neither. "
            "Run `npm run build` in web/."
        )
    # A strict editable install links file by file; the server serves the folder that the links lead to.
    return (folder / _HARNESS_PAGE).resolve().parent


RUNTIME = BrowserRuntime
