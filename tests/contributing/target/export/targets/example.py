"""Target `example`: the ONNX model as the JSON of its protocol buffer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.export.targets.target import Runner, Target
from webparity.models.baked import Baked
from webparity.taps import TAPS, Tap


def _write(baked: Baked, labels: Sequence[str], writer: SiteWriter, _: object) -> Artifact:
    from google.protobuf.json_format import MessageToJson

    from webparity.export.onnx.build import build_onnx_model

    model = build_onnx_model(baked, labels)
    data = MessageToJson(model).encode()
    path = writer.put_hashed("model/example-float32/model", ".json", data)
    return Artifact(
        id="example-float32",
        target="example",
        precision="float32",
        entry=path,
        files=[path],
        bytes=len(data),
        ops=sorted({node.op_type for node in model.graph.node}),
        input="image",
        outputs={tap: tap for tap in TAPS},
    )


def _open(folder: Path, artifact: Artifact) -> Runner:
    import onnx
    import onnxruntime
    from google.protobuf.json_format import Parse

    model = Parse((folder / artifact.entry).read_text(), onnx.ModelProto())
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])

    def run(images: NDArray[np.uint8]) -> dict[Tap, NDArray[np.float32]]:
        return dict(zip(TAPS, session.run(list(TAPS), {artifact.input: images}), strict=True))

    return run


TARGET = Target(
    name="example",
    summary="the ONNX model as JSON",
    write=_write,
    open=_open,
    backends=lambda *_: {"onnxruntime": []},
    default=False,
)
