"""The base class of runtimes: a context manager that opens one artifact and answers image files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle
from webparity.outputs.registry import get_output_kind
from webparity.parity.closing import Closing
from webparity.parity.drivers.heartbeat import SILENCE_S
from webparity.parity.failure import RunFailed
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome
from webparity.parity.samples import Sample
from webparity.taps import Tap


class Runtime(Closing):
    """One runtime on one artifact of a bundle; `with` opens and closes it.

    A subclass names itself, sets `version` and `engine` in `_open`, and does its work in three private methods.

    Args:
        bundle: an intact bundle.
        artifact: the artifact to run, one of its `targets`; None for the trained model in `source/`.
        name: which of `names` to be.

    Attributes:
        version: the runtime's own version, known once it is open.
        engine: what runs it, with its version, such as `node 20.1.0` or `chromium 156.0`.
        leaked_tensors: tensors left behind so far.
        silence: seconds without a sign of life after which a process or page is ended.
    """

    name: ClassVar[str]
    names: ClassVar[tuple[RuntimeName, ...]]
    silence: float = SILENCE_S

    def __init__(self, bundle: Bundle, artifact: Artifact | None, name: RuntimeName) -> None:
        self.bundle = bundle
        self.artifact = artifact
        self.identity = name
        self.version = ""
        self.engine = ""
        self.leaked_tensors = 0

    @classmethod
    @abstractmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """List the export targets that a runtime can run; empty for one that runs the trained model itself."""

    @classmethod
    def explain_unsupported(cls, name: RuntimeName) -> str | None:
        """Explain why no installation makes a runtime available; it is run only where its name is given in full."""
        del name
        return None

    @classmethod
    @abstractmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Explain why a runtime is not available here, with the command that helps, or None. Starts nothing."""

    @abstractmethod
    def _open(self) -> None:
        """Load the artifact; raises RuntimeUnavailable, or RunFailed for an artifact that does not load."""

    @abstractmethod
    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        """Answer every sample, in order, with every tap of the bundle's kind of output."""

    @abstractmethod
    def _close(self) -> None:
        """Release everything; also called after a failure, and more than once."""

    def __enter__(self) -> Self:
        """Open the artifact."""
        try:
            self._open()
        except BaseException:
            self._close()
            raise
        return self

    def close(self) -> None:
        """Close it."""
        self._close()

    def infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        """Answer image files.

        Args:
            samples: at least one decoded image file.

        Returns:
            One outcome a sample, in order: every number of the bundle's kind of output, float32 [C], and pixels
            [h, w, c], or a refusal.

        Raises:
            RunFailed: the runtime crashed, hung, or gave something else than its contract says.
        """
        if not samples:
            raise RunFailed("Expected at least one image; received none. Give the runtime a batch.")
        outcomes = self._infer(samples)
        if len(outcomes) != len(samples):
            raise RunFailed(f"Expected {len(samples)} results from {self.identity}; received {len(outcomes)}.")
        output, labels = self.bundle.manifest.output, len(self.bundle.manifest.labels)
        kind = get_output_kind(output)
        for sample, outcome in zip(samples, outcomes, strict=True):
            if isinstance(outcome, Answer):
                for tap in kind.numbers:
                    _require_shape(outcome.get_numbers(tap), kind.count_numbers(output, labels), tap, sample)
        return outcomes


def _require_shape(values: NDArray[np.float32], count: int, tap: Tap, sample: Sample) -> None:
    if values.shape != (count,):
        raise RunFailed(
            f"Expected {count} {tap}, one per label; received an array of shape {values.shape} "
            f"for {sample.file.name}. Export the bundle again.",
            stage=tap,
        )
