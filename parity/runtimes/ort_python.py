"""onnxruntime in this process, on its CPU provider."""

from __future__ import annotations

from importlib.util import find_spec
from typing import ClassVar

from webparity.bundle.manifest import Artifact
from webparity.models.onnx_session import INSTALL_COMMAND, open_onnx, run_onnx
from webparity.outputs.registry import get_output_kind
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.in_process import InProcessRuntime, RunImage


class OnnxRuntime(InProcessRuntime):
    """The Python package `onnxruntime`."""

    name: ClassVar[str] = "onnxruntime"
    names: ClassVar[tuple[RuntimeName, ...]] = (
        RuntimeName(runtime="onnxruntime", backend="cpu", engine="python", alone=True),
    )
    target: ClassVar[str] = "onnx"

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Name onnxruntime where it is not installed."""
        if find_spec("onnxruntime") is None:
            return f"{name} needs the package onnxruntime. Install it with: {INSTALL_COMMAND}."
        return None

    def _load(self, artifact: Artifact) -> RunImage:
        import onnxruntime

        session = open_onnx(self.bundle.site / artifact.entry)
        self.version = onnxruntime.__version__
        taps = get_output_kind(self.bundle.manifest.output).taps
        outputs = [artifact.outputs[tap] for tap in taps]
        return lambda pixels: dict(zip(taps, run_onnx(session, outputs, artifact.input, pixels), strict=True))


RUNTIME = OnnxRuntime
