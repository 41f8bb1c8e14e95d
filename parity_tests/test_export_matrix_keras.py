"""The matrix of Keras networks: every structure, exported to every target, in every runtime, within tolerance."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from keras_models import NETWORKS, SMALLEST_MARGIN, baked_network, photographs
from PIL import Image

from webparity.bundle.read import Bundle, open_bundle
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile
from webparity.export.pipeline import write_bundle
from webparity.export.target_selection import discover_targets
from webparity.models.keras.baked import KerasBaked
from webparity.models.model_file import serialize_model
from webparity.parity import verify
from webparity.verification.report import Report

pytestmark = pytest.mark.slow

RUNTIMES = (
    "onnxruntime",
    "tfjs:wasm@node",
    "onnxruntime-web:wasm@chromium",
    "tfjs:wasm@chromium",
    "tfjs:webgl@chromium",
)
TARGETS = ("onnx", "tfjs-graph", "tfjs-layers")
# What TF.js' layers library cannot do, as `tfjs-layers-limits.test.ts` proves, with words that the refusal must hold.
REFUSED = {
    "attention": "MultiHeadAttention",
    "dilated": "DepthwiseConv2D with dilation_rate=(2, 2)",
    "groups": "GetItem",
    "subclassed-tensorflow": "_TensorFlow",
}
CELLS = [(network, target) for network in NETWORKS for target in TARGETS]
_GOLDEN = 4
# What a small graph has none of, since it is folded or does nothing, and who has it all the same: BatchNorm behind a
# pooling or a sum has nothing to go into, and two outputs that are one tensor need a node each.
_NEEDLESS = {"Identity", "Dropout", "BatchNormalization", "FusedBatchNorm", "FusedBatchNormV3"}
_NEEDED = {
    ("branches", "tfjs-layers"): {"BatchNormalization"},
    ("own-scaling", "tfjs-layers"): {"BatchNormalization", "Identity"},
    ("EfficientNetB0", "tfjs-layers"): {"BatchNormalization", "Identity"},
    ("MobileNetV3", "tfjs-layers"): {"Identity"},
    ("subclassed-tensorflow", "onnx"): {"Identity"},
    ("subclassed-tensorflow", "tfjs-graph"): {"Identity"},
}

Made = Callable[[str], KerasBaked]
Verified = Callable[[str], tuple[Bundle, Report]]


@pytest.fixture(scope="session")
def made() -> Made:
    return cache(baked_network)


@pytest.fixture(scope="session")
def verified(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Verified:
    """The report on a network's bundle, with every target that takes it and every runtime required."""

    @cache
    def once(name: str) -> tuple[Bundle, Report]:
        out = tmp_path_factory.mktemp(name) / "bundle"
        model = Exportable(
            name=name,
            baked=made(name),
            source=serialize_model(made(name).network),
            labels=tuple("abcde"[: made(name).classes]),
            golden=[GoldenFile(data=_png(image), suffix=".png", title=name) for image in photographs()[:_GOLDEN]],
        )
        wanted = [target for target in TARGETS if target != "tfjs-layers" or name not in REFUSED]
        write_bundle(model, out, target_names=wanted, page=False)
        bundle = open_bundle(out)
        return bundle, verify(bundle, runtimes=RUNTIMES, require=RUNTIMES)

    return once


def _png(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    stream = BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("network", "target"), CELLS, ids=[" to ".join(cell) for cell in CELLS])
def test_a_network_answers_alike_everywhere_or_is_refused(
    made: Made, verified: Verified, network: str, target: str
) -> None:
    if target == "tfjs-layers" and network in REFUSED:
        assert REFUSED[network] in str(discover_targets()[target].refusal(made(network)))
        return
    bundle, report = verified(network)
    artifact = bundle.find_artifact(f"{target}-float32")
    assert _NEEDLESS & set(artifact.ops) == _NEEDED.get((network, target), set())
    runs = [run for run in report.runs if run.artifact == artifact.id]
    names = {"onnx": ("onnxruntime", "onnxruntime-web")}.get(target, ("tfjs",))
    assert len(runs) == sum(runtime.split(":")[0] in names for runtime in RUNTIMES)
    for run in runs:
        assert {run.runtime, f"{run.runtime}:{run.backend}"} & set(artifact.backends)
        assert run.verdict == "pass", run.reason
        assert run.top1 is not None
        assert run.top1.flips == 0
        assert run.top1.smallest_margin > SMALLEST_MARGIN
    report.raise_for_verdict()
