"""Target `onnx`: one ONNX file; preprocessing is traced, a network converted by tf2onnx, a classifier lowered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError, UnsupportedModelError
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.targets.target import Runner, Target
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind


def _find_refusal(baked: Baked) -> str | None:
    from webparity.export.onnx.build import build_checked

    try:
        build_checked(baked)
    except (ExportError, UnsupportedModelError) as error:
        return str(error)
    return None


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, plan: QuantizationPlan | None) -> Artifact:
    from webparity.export.onnx.build import build_onnx_model
    from webparity.export.quantization.storage.onnx_graph import quantize_onnx_graph

    precision = plan.precision if plan else "float32"
    model = quantize_onnx_graph(plan) if plan else build_onnx_model(baked, labels)
    data = model.SerializeToString(deterministic=True)
    path = writer.put_hashed(f"model/onnx-{precision}/model", ".onnx", data)
    return Artifact(
        id=f"onnx-{precision}",
        target="onnx",
        precision=precision,
        entry=path,
        files=[path],
        bytes=len(data),
        ops=sorted({node.op_type for node in model.graph.node}),
        input="image",
        outputs={tap: tap for tap in get_output_kind(baked.output).taps},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    from webparity.export.onnx.artifact import open_onnx

    return open_onnx(folder, artifact)


def _find_backends(folder: Path, artifact: Artifact) -> Mapping[str, Sequence[str]]:
    from webparity.export.onnx.artifact import find_onnx_backends

    return find_onnx_backends(folder, artifact)


def _read_weights(folder: Path, artifact: Artifact) -> Iterator[tuple[str, NDArray[Any]]]:
    from webparity.export.onnx.artifact import read_onnx_weights

    return read_onnx_weights(folder, artifact)


def _run_tensors(folder: Path, artifact: Artifact, images: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    from webparity.export.onnx.artifact import run_onnx_tensors

    return run_onnx_tensors(folder, artifact, images)


TARGET = Target(
    name="onnx",
    summary="one ONNX file for onnxruntime, onnxruntime-node and onnxruntime-web",
    write=_write,
    open=_open,
    backends=_find_backends,
    weights=_read_weights,
    tensors=_run_tensors,
    refusal=_find_refusal,
    alternative="tfjs-graph",
)
