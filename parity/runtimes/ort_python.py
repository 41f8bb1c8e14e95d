"""onnxruntime in this process, on its CPU provider, one image at a time as on the page."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import Any, ClassVar

from webparity.errors import BundleError
from webparity.models.onnx_session import open_onnx
from webparity.outputs.registry import get_output_kind
from webparity.parity.failure import RunFailed
from webparity.parity.names import RuntimeName
from webparity.parity.result import Answer, Outcome, RefusedImage
from webparity.parity.runtimes.base import Runtime
from webparity.parity.samples import Sample


class OnnxRuntime(Runtime):
    """The Python package `onnxruntime`."""

    name: ClassVar[str] = "onnxruntime"
    names: ClassVar[tuple[RuntimeName, ...]] = (
        RuntimeName(runtime="onnxruntime", backend="cpu", engine="python", alone=True),
    )

    _session: Any = None

    @classmethod
    def list_targets(cls, name: RuntimeName) -> frozenset[str]:
        """Return the target `onnx`."""
        return frozenset({"onnx"})

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Name onnxruntime where it is not installed."""
        if find_spec("onnxruntime") is None:
            return f"{name} needs the package onnxruntime. Install it with: pip install onnxruntime."
        return None

    def _open(self) -> None:
        import onnxruntime

        assert self.artifact is not None
        try:
            self._session = open_onnx(self.bundle.site / self.artifact.entry)
        except BundleError as error:
            raise RunFailed(str(error)) from error
        self.version = onnxruntime.__version__
        self.engine = f"python {platform.python_version()}"

    def _infer(self, samples: Sequence[Sample]) -> list[Outcome]:
        return [self._answer(sample) for sample in samples]

    def _answer(self, sample: Sample) -> Outcome:
        if isinstance(sample.content, RefusedImage):
            return sample.content
        assert self.artifact is not None
        names = get_output_kind(self.bundle.manifest.output).taps
        outputs = [self.artifact.outputs[tap] for tap in names]
        started = perf_counter()
        try:
            values = self._session.run(outputs, {self.artifact.input: sample.content.pixels[None]})
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise RunFailed(f"onnxruntime failed on {sample.file.name}: {error}") from error
        ms = (perf_counter() - started) * 1000
        taps = dict(zip(names, (value[0] for value in values), strict=True))
        return Answer(rgb8=sample.content.rgb8, ms=ms, **taps)

    def _close(self) -> None:
        self._session = None


RUNTIME = OnnxRuntime
