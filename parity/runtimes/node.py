"""The shipped TypeScript runtime in Node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from webparity.bundle.web_runtimes import list_backends
from webparity.parity.drivers.node import OLDEST, NodeDriver, find_harness_script, find_node
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.harness import HarnessRuntime
from webparity.parity.samples import Sample


class NodeRuntime(HarnessRuntime):
    """One Node process per run."""

    name: ClassVar[str] = "node"
    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(
            runtime=runtime.name, backend=backend, engine="node", alone=runtime.is_node_only, exact=runtime.exact
        )
        for runtime, backend in list_backends("node")
    )

    _driver: NodeDriver | None = None

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Explain which of Node and the built harness is missing, or return None."""
        if find_node() is None:
            return f"{name} needs Node {OLDEST} or later. Install it with: pip install 'webparity[node]'."
        if not find_harness_script().is_file():
            return f"{name} needs the built Node harness. Run `npm run build` in web/."
        return None

    def _start(self) -> str:
        self._driver = NodeDriver()
        self._driver.__enter__()
        return str(self.bundle.site.resolve())

    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        assert self._driver is not None
        return self._driver.call(method, params, timeout=timeout)

    def _list_addresses(self, samples: Sequence[Sample]) -> list[str]:
        return [str(sample.file.path.resolve()) for sample in samples]

    def _close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None


RUNTIME = NodeRuntime
