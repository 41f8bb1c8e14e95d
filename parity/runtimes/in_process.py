"""The base class of runtimes in this process that answer one image at a time, as the page does."""

from __future__ import annotations

import platform
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.errors import BundleError
from webparity.parity.failure import RunFailed
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, RefusedImage
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample
from webparity.taps import Tap

# From uint8 [H, W, 3] to the taps of that image, each float32 [1, ...].
RunImage = Callable[[NDArray[np.uint8]], Mapping[Tap, NDArray[np.float32]]]


class InProcessRuntime(Runtime):
    """A library in this process; a subclass names the target that it runs, and loads an artifact of it."""

    target: ClassVar[str]

    _run: RunImage | None = None

    @classmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """Return the one target."""
        return frozenset({cls.target})

    @abstractmethod
    def _load(self, artifact: Artifact) -> RunImage:
        """Load an artifact of the bundle and set `version`.

        The function that it returns, and it itself, raise BundleError for a file that does not load or run.
        """

    def _open(self) -> None:
        assert self.artifact is not None
        try:
            self._run = self._load(self.artifact)
        except BundleError as error:
            raise RunFailed(str(error)) from error
        self.engine = f"python {platform.python_version()}"

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        return [self._answer(sample) for sample in samples]

    def _answer(self, sample: Sample) -> Outcome:
        if isinstance(sample.content, RefusedImage):
            return sample.content
        assert self._run is not None
        started = perf_counter()
        try:
            taps = self._run(sample.content.pixels)
        except BundleError as error:
            raise RunFailed(f"{self.identity.runtime} failed on {sample.file.name}: {error}") from error
        ms = (perf_counter() - started) * 1000
        return Answer(rgb8=sample.content.rgb8, ms=ms, **{tap: values[0] for tap, values in taps.items()})

    def _close(self) -> None:
        self._run = None
