"""Target `wasm`: a program for the project's own WebAssembly module, with the same bits in every place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.errors import ExportError, UnsupportedModelError
from webparity.export.quantization.plan import QuantizationPlan
from webparity.export.targets.cached_per_model import cached_per_model
from webparity.export.targets.target import Runner, Target
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind
from webparity.program.graph import ProgramGraph
from webparity.program.opcodes import Opcode
from webparity.taps import ANSWER_ORDER, Tap

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked


@cached_per_model
def _compile(baked: Baked) -> tuple[bytes, list[str]]:
    return _compile_with(baked, None)


def _compile_with(baked: Baked, plan: QuantizationPlan | None) -> tuple[bytes, list[str]]:
    """Compile a model; gives the file and the names of the instructions that run for an image."""
    from webparity.export.wasm.write import write_program

    program = _build(baked, plan)
    return write_program(program), sorted({Opcode(each.opcode).name for each in program.instructions})


def _build(baked: Baked, plan: QuantizationPlan | None) -> ProgramGraph:
    if baked.kind in {"keras", "onnx"}:
        from webparity.export.onnx.build import build_checked
        from webparity.export.wasm.network import build_network_program

        quantized = plan.quantized if plan else {}
        numbers = get_output_kind(baked.output).numbers
        return build_network_program(build_checked(baked), baked.preprocessing, quantized, numbers)
    from webparity.export.wasm.estimator import build_estimator_program

    return build_estimator_program(cast("EstimatorBaked", baked))


def _find_refusal(baked: Baked) -> str | None:
    try:
        _compile(baked)
    except (ExportError, UnsupportedModelError) as error:
        return str(error)
    return None


def _write(baked: Baked, _: Sequence[str], writer: SiteWriter, plan: QuantizationPlan | None) -> Artifact:
    precision = plan.precision if plan else "float32"
    data, names = _compile_with(baked, plan) if plan else _compile(baked)
    path = writer.put_hashed(f"model/wasm-{precision}/model", ".bin", data)
    return Artifact(
        id=f"wasm-{precision}",
        target="wasm",
        precision=precision,
        entry=path,
        files=[path],
        bytes=len(data),
        ops=names,
        input="image",
        outputs={tap: tap for tap in get_output_kind(baked.output).taps},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    """Open a program in wasmtime; it takes one image at a time, so that a batch cannot change an answer."""
    from webparity.program.instance import ProgramInstance

    order = [tap for tap in ANSWER_ORDER if tap in artifact.outputs]
    program = ProgramInstance((folder / artifact.entry).read_bytes(), artifact.entry)

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        answers = [program.run(image=image) for image in images]
        return {tap: np.concatenate(each) for tap, each in zip(order, zip(*answers, strict=True), strict=True)}

    return run


def _find_backends(_: Path, __: Artifact) -> Mapping[str, Sequence[str]]:
    return {"webparity": []}


TARGET = Target(
    name="wasm",
    summary="a program for webparity.wasm, with the same bits in Python, Node and every browser",
    write=_write,
    open=_open,
    backends=_find_backends,
    refusal=_find_refusal,
    exact=True,
    alternative="onnx",
)
