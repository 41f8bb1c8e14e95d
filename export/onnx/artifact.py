"""Reading of written ONNX files: session, weights, inner tensors, and the backends that run them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.web_runtimes import read_web_runtimes
from webparity.errors import ExportError
from webparity.export.onnx.model import ML_DOMAIN, ML_OPSET, NEWEST_OPSET
from webparity.export.targets.target import Runner
from webparity.taps import Tap
from webparity.text.library_error import summarize_library_error

# The versions of operator sets that the pinned runtimes are tested with.
_OPSETS: Final = {"": NEWEST_OPSET, ML_DOMAIN: ML_OPSET}


def open_onnx(folder: Path, artifact: Artifact) -> Runner:
    """Open an ONNX file in onnxruntime.

    Args:
        folder: the site's folder.
        artifact: what was written there.

    Returns:
        A function of uint8 [N, H, W, 3] that gives every tap.

    Raises:
        ExportError: onnxruntime refuses the file.
    """
    try:
        session: Any = onnxruntime.InferenceSession(folder / artifact.entry, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no public base
        raise ExportError(
            f"Expected operators that onnxruntime runs; received {summarize_library_error(error)}. "
            "Replace those layers, or export only tfjs-graph: --target tfjs-graph."
        ) from error

    one = session.get_inputs()[0].shape[0] == 1

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        names = list(artifact.outputs.values())
        batches = [images[place : place + 1] for place in range(len(images))] if one else [images]
        answers = [session.run(names, {artifact.input: batch}) for batch in batches]
        return {
            tap: np.concatenate(each) for tap, each in zip(artifact.outputs, zip(*answers, strict=True), strict=True)
        }

    return run


def find_onnx_backends(folder: Path, artifact: Artifact) -> dict[str, list[str]]:
    """List the backends that run an ONNX file; each of them has all operators of its operator sets.

    Raises:
        ExportError: an operator set is too new, or a node is read differently by the runtimes.
    """
    model = onnx.load(folder / artifact.entry)
    for opset in model.opset_import:
        if opset.version > _OPSETS.get(opset.domain, 0):
            raise ExportError(
                f"Expected opset {_OPSETS.get(opset.domain, 'none')} of {opset.domain or 'ai.onnx'}, which every "
                f"pinned runtime reads; received {opset.version}. Convert the model to it."
            )
    for node in model.graph.node:
        padding = [attribute.s.decode() for attribute in node.attribute if attribute.name == "auto_pad"]
        if padding and padding != ["NOTSET"]:
            raise ExportError(
                f"Expected explicit pads, which every runtime reads alike; received auto_pad={padding[0]} in "
                f"{node.name}. Give the network a fixed input size."
            )
        if node.op_type == "ZipMap":
            raise ExportError(
                f"Expected probabilities as a tensor; received a ZipMap in {node.name}, whose maps onnxruntime-web "
                "cannot give. Convert the classifier with zipmap=False."
            )
    web = [
        name for runtime in read_web_runtimes().values() if "onnx" in runtime.targets for name in runtime.backend_names
    ]
    return {backend: [] for backend in ["onnxruntime", *web]}


def read_onnx_weights(folder: Path, artifact: Artifact) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield names and values of an ONNX file's initializers."""
    for tensor in onnx.load(folder / artifact.entry).graph.initializer:
        yield tensor.name, onnx.numpy_helper.to_array(tensor)


def run_onnx_tensors(folder: Path, artifact: Artifact, images: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Run an ONNX file on uint8 [1, H, W, 3] and return the float32 output of every node."""
    model = onnx.load(folder / artifact.entry)
    known = {output.name for output in model.graph.output}
    names = [name for node in model.graph.node for name in node.output if name not in known]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    values = session.run(None, {artifact.input: images})
    return [array for array in values if isinstance(array, np.ndarray) and array.dtype == np.float32]
