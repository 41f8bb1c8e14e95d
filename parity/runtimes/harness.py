"""What the runtimes in Node and in browsers share: the shipped TypeScript runtime behind the harness protocol."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from webparity.parity.drivers.wire import OpenResult, RunAnswers, read_result, to_outcomes
from webparity.parity.names import RuntimeName
from webparity.parity.result import Outcome
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample

# Generous: a cold start of onnxruntime takes seconds, a large image on the slowest backend a few more.
_OPEN_S: Final = 120.0
_IMAGE_S: Final = 20.0


class HarnessRuntime(Runtime):
    """A runtime that is reached by the protocol's `open` and `run`."""

    _TARGETS: ClassVar[dict[str, frozenset[str]]] = {
        "onnxruntime-node": frozenset({"onnx"}),
        "onnxruntime-web": frozenset({"onnx"}),
        "tfjs": frozenset({"tfjs-graph", "tfjs-layers"}),
    }

    @classmethod
    def targets(cls, name: RuntimeName) -> frozenset[str]:
        """ONNX for onnxruntime's builds, TensorFlow.js' two formats for tfjs."""
        return cls._TARGETS[name.runtime]

    @abstractmethod
    def _start(self) -> str:
        """Start the process or page and return the site's address for it."""

    @abstractmethod
    def _call(self, method: str, params: dict[str, Any], timeout: float) -> Any:
        """Send one request, return the reply; raises RunFailed."""

    @abstractmethod
    def _addresses(self, samples: Sequence[Sample]) -> list[str]:
        """Where the process or page finds the image files."""

    def _open(self) -> None:
        assert self.artifact is not None  # noqa: S101 - runs are planned with artifacts of its targets
        params = {
            "site": self._start(),
            "digest": self.bundle.digest,
            "runtime": self.identity.runtime,
            "backend": self.identity.backend,
            "artifact": self.artifact.id,
        }
        opened: OpenResult = read_result(self._call("open", params, _OPEN_S), OpenResult, str(self.identity))
        self.version = opened.version
        if opened.engine is not None:
            self.engine = f"{opened.engine.get('name', '')} {opened.engine.get('version', '')}".strip()

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        params = {"images": self._addresses(samples), "taps": ["pixels", "scores"]}
        reply = self._call("run", params, _OPEN_S + _IMAGE_S * len(samples))
        answers: RunAnswers = read_result(reply, RunAnswers, str(self.identity))
        self.leaked_tensors += answers.leaked_tensors
        spec = self.bundle.manifest.preprocessing
        return to_outcomes(answers.results, (spec.height, spec.width, spec.depth))
