"""onnxruntime under another name."""

from __future__ import annotations

from typing import ClassVar

from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.ort_python import OnnxRuntime


class ExampleRuntime(OnnxRuntime):
    """A runtime in this process that runs ONNX artifacts."""

    name: ClassVar[str] = "example"
    names: ClassVar[tuple[RuntimeName, ...]] = (RuntimeName(runtime="example", backend="cpu", engine="python"),)


RUNTIME = ExampleRuntime
