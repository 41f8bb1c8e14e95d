"""The reference: the trained model from `source/` in its own library, on pixels decoded by the contract."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from itertools import groupby
from time import perf_counter
from typing import ClassVar, cast

import numpy as np

from webparity.models.baked import Baked, open_reference
from webparity.models.model_kind import (
    LIBRARIES,
    ModelKind,
    find_missing_library,
    format_install_command,
    get_library_versions,
)
from webparity.outputs.registry import get_output_kind
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, RefusedImage
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import DecodedImage, Sample

_BATCH = 16


class TrainedModel(Runtime):
    """Keras, scikit-learn, XGBoost or CatBoost in this process, imported when it opens."""

    name: ClassVar[str] = "trained"
    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(runtime=kind, backend="cpu", engine="python", alone=True) for kind in LIBRARIES
    )

    model: Baked | None = None

    @classmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """Return no target: it runs the trained model itself."""
        return frozenset()

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Name the missing library, or None."""
        kind = cast("ModelKind", name.runtime)
        missing = find_missing_library(kind)
        return None if missing is None else f"{name} needs {missing}. Install it with: {format_install_command(kind)}."

    def _open(self) -> None:
        self.model = open_reference(self.bundle)
        self.version = list(get_library_versions(self.model.kind).values())[-1]
        self.engine = f"python {platform.python_version()}"

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        # Only neighbours of one size share a batch, so the outcomes keep the order of the samples.
        for _, neighbours in groupby(samples, key=_get_image_size):
            group = [sample.content for sample in neighbours]
            outcomes += [content for content in group if isinstance(content, RefusedImage)]
            decoded = [content for content in group if isinstance(content, DecodedImage)]
            for start in range(0, len(decoded), _BATCH):
                outcomes += self._answer(decoded[start : start + _BATCH])
        return outcomes

    def _answer(self, batch: list[DecodedImage]) -> list[Outcome]:
        assert self.model is not None
        started = perf_counter()
        taps = self.model(np.stack([image.pixels for image in batch]), get_output_kind(self.model.output).taps)
        ms = (perf_counter() - started) * 1000 / len(batch)
        return [
            Answer(rgb8=image.rgb8, ms=ms, **{tap: values[index] for tap, values in taps.items()})
            for index, image in enumerate(batch)
        ]

    def _close(self) -> None:
        self.model = None


def _get_image_size(sample: Sample) -> tuple[int, ...] | None:
    return None if isinstance(sample.content, RefusedImage) else sample.content.pixels.shape


RUNTIME = TrainedModel
