"""The module `webparity.wasm` in this process, by wasmtime, one image at a time as on the page."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from time import perf_counter
from typing import ClassVar

from webparity.errors import BundleError
from webparity.models.program_session import ProgramSession, get_module_version, open_program
from webparity.parity.failure import RunFailed
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, RefusedImage
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample


class WebparityRuntime(Runtime):
    """The module in Python: the same bits as in Node and in browsers."""

    name: ClassVar[str] = "webparity"
    names: ClassVar[tuple[RuntimeName, ...]] = (
        RuntimeName(runtime="webparity", backend="wasm", engine="python", exact=True),
    )

    _session: ProgramSession | None = None

    @classmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """Return the target `wasm`."""
        return frozenset({"wasm"})

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Return None: wasmtime is a required package."""
        return None

    def _open(self) -> None:
        assert self.artifact is not None
        try:
            self._session = open_program(self.bundle.site / self.artifact.entry, self.artifact.outputs)
        except BundleError as error:
            raise RunFailed(str(error)) from error
        self.version = get_module_version()
        self.engine = f"python {platform.python_version()}"

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        return [self._answer(sample) for sample in samples]

    def _answer(self, sample: Sample) -> Outcome:
        if isinstance(sample.content, RefusedImage):
            return sample.content
        assert self._session is not None
        started = perf_counter()
        try:
            taps = self._session.run(sample.content.pixels)
        except BundleError as error:
            raise RunFailed(f"webparity.wasm failed on {sample.file.name}: {error}") from error
        ms = (perf_counter() - started) * 1000
        return Answer(rgb8=sample.content.rgb8, ms=ms, **{tap: value[0] for tap, value in taps.items()})

    def _close(self) -> None:
        self._session = None


RUNTIME = WebparityRuntime
