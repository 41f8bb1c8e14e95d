"""The shipped TypeScript runtime in a browser page, served from 127.0.0.1 as a static site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final

from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.chromium import ChromiumPage, missing_for_chromium
from webparity.parity.drivers.server import StaticServer
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.harness import HarnessRuntime
from webparity.parity.samples import Sample

# Not at the root: a page that only works there would fail on most static hosts.
_SITE: Final = "/some/where/site/"
_HARNESS: Final = "/harness/"


class BrowserRuntime(HarnessRuntime):
    """One Chromium with one page a run, so that a crash or a leak stays its own."""

    name: ClassVar[str] = "chromium"
    names: ClassVar[tuple[RuntimeName, ...]] = (
        RuntimeName(runtime="onnxruntime-web", backend="wasm", engine="chromium"),
        RuntimeName(runtime="tfjs", backend="cpu", engine="chromium"),
        RuntimeName(runtime="tfjs", backend="wasm", engine="chromium"),
        RuntimeName(runtime="tfjs", backend="webgl", engine="chromium"),
    )

    _server: StaticServer
    _page: ChromiumPage
    _stack: ExitStack | None = None

    @classmethod
    def availability(cls, name: RuntimeName) -> str | None:
        """The absence of Playwright or Chromium, or None."""
        missing = missing_for_chromium()
        return None if missing is None else f"{name} cannot be reached. {missing}"

    def _start(self) -> str:
        self._stack = ExitStack()
        folders = {_SITE: self.bundle.site}
        page = _SITE + "harness.html"
        # A page that no digest covers is not opened: it could answer anything.
        if "harness.html" not in self.bundle.manifest.files:
            folders[_HARNESS], page = _shipped_page(), _HARNESS + "harness.html"
        self._server = self._stack.enter_context(StaticServer(folders))
        self._page = self._stack.enter_context(ChromiumPage())
        self.engine = f"chromium {self._page.version}"
        self._page.open_harness(self._server.origin + page)
        return self._server.origin + _SITE

    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        return self._page.call(method, params, timeout=timeout)

    def _addresses(self, samples: Sequence[Sample]) -> list[str]:
        return self._server.offer([sample.file.path for sample in samples])

    def _close(self) -> None:
        if self._stack is not None:
            self._stack.close()
            self._stack = None


def _shipped_page() -> Path:
    folder = Path(str(files("webparity.assets"))) / "page"
    if not (folder / "harness.html").is_file():
        raise RuntimeUnavailable(
            "Expected a page in the bundle or the built page in webparity's assets; received neither. "
            "Run `npm run build` in web/."
        )
    # A strict editable install links file by file; the server serves the folder that the links lead to.
    return (folder / "harness.html").resolve().parent


RUNTIME = BrowserRuntime
