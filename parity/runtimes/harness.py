"""Base class of the runtimes in Node and in browsers, which speak the harness protocol."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from webparity.bundle.web_runtimes import read_web_runtimes
from webparity.errors import RuntimeUnavailable, WebparityError
from webparity.outputs.registry import get_output_kind
from webparity.parity.drivers.wire import OpenResult, RunAnswers, read_result, to_outcomes
from webparity.parity.failure import RunCrashed, RunFailed, RunLost
from webparity.parity.names import RuntimeName
from webparity.parity.result import Outcome
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample


class HarnessRuntime(Runtime):
    """A runtime that is reached by the protocol's `open` and `run`.

    One that gives no sign of life for `silence` seconds, or a browser that crashes, is ended, started once more, and
    given the same images again.
    """

    _first_loss = ""

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
        except RunLost as lost:
            self._restart(lost)

    def _restart(self, lost: RunLost) -> None:
        if self._first_loss:
            raise self._make_second_loss_error(lost) from lost
        self._first_loss = lost.event
        self._close()
        try:
            self._open_once()
        except RunLost as again:
            raise self._make_second_loss_error(again) from again

    def _make_second_loss_error(self, lost: RunLost) -> WebparityError:
        told = f"{self.identity} {self._first_loss}, was started once more, and {lost.event} again. {lost}"
        if not isinstance(lost, RunCrashed):
            return RunFailed(f"{told} Use another runtime, or allow a slow machine more with --max-silence.")
        message = f"{told} Use another runtime, or install the browser anew."
        return RuntimeUnavailable(message) if lost.at_start else RunFailed(message)

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
        except RunLost as lost:
            self._restart(lost)
        try:
            return self._infer_once(samples)
        except RunLost as again:
            raise self._make_second_loss_error(again) from again

    def _infer_once(self, samples: Sequence[Sample]) -> list[Outcome]:
        params = {"images": self._list_addresses(samples), "taps": [*get_output_kind(self.bundle.manifest.output).taps]}
        reply = self._call("run", params, self.silence)
        answers: RunAnswers = read_result(reply, RunAnswers, str(self.identity))
        self.leaked_tensors += answers.leaked_tensors
        spec = self.bundle.manifest.preprocessing
        return to_outcomes(answers.results, (spec.height, spec.width, spec.depth))
