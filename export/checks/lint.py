"""What is known of an artifact before it is run: which backends have its operators, and what may part them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.errors import ExportError
from webparity.export.onnx.model import ML_DOMAIN, ML_OPSET, OPSET

_ONNX_BACKENDS: Final = ("onnxruntime", "onnxruntime-node", "onnxruntime-web:wasm")
# What the pinned runtimes are tested with.
_OPSETS: Final = {"": OPSET, ML_DOMAIN: ML_OPSET}


def linted(folder: Path, artifact: Artifact) -> Artifact:
    """The same artifact with the backends that can run it, and warnings.

    Args:
        folder: the site's folder.
        artifact: what was written there.

    Raises:
        ExportError: no backend has all of its operators, or it holds what the runtimes read differently.
    """
    lacking: dict[str, list[str]] = {}
    if artifact.target == "onnx":
        _refuse_onnx(folder / artifact.entry)
        backends = list(_ONNX_BACKENDS)
    else:
        backends, lacking = _tfjs_backends(artifact)
    if not backends:
        raise ExportError(
            f"Expected operators that a backend has; received {artifact.id} with {lacking}. "
            "Replace those layers, or export only onnx."
        )
    warnings = [f"{backend} cannot run it: it lacks {', '.join(ops)}" for backend, ops in lacking.items()]
    beyond = [name for name, values in _weights(folder, artifact) if _is_beyond_float16(values)]
    if beyond:
        warnings.append(f"values beyond float16 in {', '.join(beyond)}: devices with 16-bit floats cannot hold them")
    return replace(artifact, backends=backends, warnings=warnings)


@cache
def tfjs_operators() -> dict[str, frozenset[str]]:
    """TensorFlow operators by TF.js backend, as `npm run kernels` finds them in the pinned version."""
    table = json.loads((files("webparity.export.tfjs") / "kernels.json").read_text())
    return {f"tfjs:{backend}": frozenset(ops) for backend, ops in table["backends"].items()}


def _tfjs_backends(artifact: Artifact) -> tuple[list[str], dict[str, list[str]]]:
    known = tfjs_operators()
    # Layers are no operators; `layers_writers` lists those that every backend runs.
    ops = set(artifact.ops)
    if artifact.target == "tfjs-layers":
        ops &= frozenset().union(*known.values())
    lacking = {backend: sorted(ops - has) for backend, has in known.items() if ops - has}
    return [backend for backend in known if backend not in lacking], lacking


def _refuse_onnx(file: Path) -> None:
    import onnx

    model = onnx.load(file)
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


def _weights(folder: Path, artifact: Artifact) -> Iterator[tuple[str, NDArray[Any]]]:
    if artifact.target == "onnx":
        import onnx

        for tensor in onnx.load(folder / artifact.entry).graph.initializer:
            yield tensor.name, onnx.numpy_helper.to_array(tensor)
        return
    from webparity.export.tfjs.files import read_model

    yield from read_model(folder / artifact.entry)[1].items()


def _is_beyond_float16(values: NDArray[Any]) -> bool:
    """Of weights; single numbers are limits and counts, which are computed with in float32 everywhere."""
    if values.dtype != np.float32 or values.size == 1:
        return False
    return bool(np.max(np.abs(values), initial=0.0) > np.finfo(np.float16).max)
