"""The module `webparity.wasm` in this process, by wasmtime."""

from __future__ import annotations

from typing import ClassVar

from webparity.bundle.manifest import Artifact
from webparity.models.program_session import get_module_version, open_program
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.in_process import InProcessRuntime, RunImage


class WebparityRuntime(InProcessRuntime):
    """The module in Python: the same bits as in Node and in browsers."""

    name: ClassVar[str] = "webparity"
    names: ClassVar[tuple[RuntimeName, ...]] = (
        RuntimeName(runtime="webparity", backend="wasm", engine="python", exact=True),
    )
    target: ClassVar[str] = "wasm"

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Return None: wasmtime is a required package."""
        return None

    def _load(self, artifact: Artifact) -> RunImage:
        self.version = get_module_version()
        return open_program(self.bundle.site / artifact.entry, artifact.outputs).run


RUNTIME = WebparityRuntime
