"""Base class of the runtimes in Node and in browsers, which speak the harness protocol."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from webparity.bundle.web_runtimes import read_web_runtimes
from webparity.parity.drivers.wire import OpenResult, RunAnswers, read_result, to_outcomes
from webparity.parity.failure import RunHung
from webparity.parity.names import RuntimeName
from webparity.parity.result import Outcome
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample


class HarnessRuntime(Runtime):
    """A runtime that is reached by the protocol's `open` and `run`.

    One that gives no sign of life for `silence` seconds is ended, started once more, and given the same images again.
    """

    _restarted = False

    @classmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """List the targets that the runtime's file in `web/src/runtime/backends/` names."""
        return frozenset(read_web_runtimes()[name.runtime].targets)

    @abstractmethod
    def _start(self) -> str:
        """Start the process or page and return the site's address for it."""

    @abstractmethod
    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        """Send one request, return the reply; raises RunFailed, or RunHung after `timeout` seconds of silence."""

    @abstractmethod
    def _list_addresses(self, samples: Sequence[Sample]) -> list[str]:
        """List the addresses of the image files for the process or page."""

    def _open(self) -> None:
        try:
            self._open_once()
        except RunHung as hung:
            self._restart(hung)

    def _restart(self, hung: RunHung) -> None:
        if self._restarted:
            raise self._make_second_hang_error(hung) from hung
        self._restarted = True
        self._close()
        try:
            self._open_once()
        except RunHung as again:
            raise self._make_second_hang_error(again) from again

    def _make_second_hang_error(self, hung: RunHung) -> RunHung:
        return RunHung(
            f"{self.identity} hung, was started once more, and hung again. {hung} "
            "Use another runtime, or allow a slow machine more with --max-silence."
        )

    def _open_once(self) -> None:
        assert self.artifact is not None
        params = {
            "site": self._start(),
            "digest": self.bundle.digest,
            "runtime": self.identity.runtime,
            "backend": self.identity.backend,
            "artifact": self.artifact.id,
        }
        opened: OpenResult = read_result(self._call("open", params, self.silence), OpenResult, str(self.identity))
        self.version = opened.version
        if opened.engine is not None:
            self.engine = f"{opened.engine.get('name', '')} {opened.engine.get('version', '')}".strip()

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        try:
            return self._infer_once(samples)
        except RunHung as hung:
            self._restart(hung)
        try:
            return self._infer_once(samples)
        except RunHung as again:
            raise self._make_second_hang_error(again) from again

    def _infer_once(self, samples: Sequence[Sample]) -> list[Outcome]:
        params = {"images": self._list_addresses(samples), "taps": ["pixels", "scores"]}
        reply = self._call("run", params, self.silence)
        answers: RunAnswers = read_result(reply, RunAnswers, str(self.identity))
        self.leaked_tensors += answers.leaked_tensors
        spec = self.bundle.manifest.preprocessing
        return to_outcomes(answers.results, (spec.height, spec.width, spec.depth))
