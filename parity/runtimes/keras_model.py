"""The reference: the trained Keras model from `source/`, on pixels decoded by the contract."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import groupby
from time import perf_counter
from typing import ClassVar

import numpy as np

from webparity.baked import Baked, open_reference
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, Refusal
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Decoded, Sample

_BATCH = 16


class KerasModel(Runtime):
    """Keras in this process; TensorFlow is imported when it opens."""

    name: ClassVar[str] = "keras"
    names: ClassVar[tuple[RuntimeName, ...]] = (RuntimeName(runtime="keras", backend="cpu", engine="python"),)

    _model: Baked | None = None

    @classmethod
    def targets(cls, name: RuntimeName) -> frozenset[str]:  # noqa: ARG003 - one name only
        """None: it runs the trained model itself."""
        return frozenset()

    @classmethod
    def availability(cls, name: RuntimeName) -> str | None:
        """TensorFlow's absence, or None."""
        if find_spec("tensorflow") is None:
            return f"{name} needs TensorFlow. Install it with: pip install 'webparity[train]'."
        return None

    def _open(self) -> None:
        self._model = open_reference(self.bundle)
        try:
            self.version = version("keras")
        except PackageNotFoundError:  # pragma: no cover - TensorFlow brings Keras
            self.version = "unknown"
        self.engine = f"python {platform.python_version()}"

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        # Only neighbours of one size share a batch, so the outcomes keep the order of the samples.
        for _, neighbours in groupby(samples, key=_size):
            group = [sample.content for sample in neighbours]
            outcomes += [content for content in group if isinstance(content, Refusal)]
            decoded = [content for content in group if isinstance(content, Decoded)]
            for start in range(0, len(decoded), _BATCH):
                outcomes += self._answer(decoded[start : start + _BATCH])
        return outcomes

    def _answer(self, batch: list[Decoded]) -> list[Outcome]:
        assert self._model is not None  # noqa: S101 - infer() is called between open and close
        started = perf_counter()
        taps = self._model(np.stack([image.pixels for image in batch]), ("probabilities", "scores", "pixels"))
        ms = (perf_counter() - started) * 1000 / len(batch)
        return [
            Answer(
                rgb8=image.rgb8,
                probabilities=taps["probabilities"][index],
                scores=taps["scores"][index],
                pixels=taps["pixels"][index],
                ms=ms,
            )
            for index, image in enumerate(batch)
        ]

    def _close(self) -> None:
        self._model = None


def _size(sample: Sample) -> tuple[int, ...] | None:
    return None if isinstance(sample.content, Refusal) else sample.content.pixels.shape


RUNTIME = KerasModel
