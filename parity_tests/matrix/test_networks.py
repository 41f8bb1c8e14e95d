"""The matrix of Keras networks: every structure, exported to every target, in every kind of runtime, within tolerance.

`make test` runs a selection in which every network meets every target and every runtime, and every runtime meets every
target. The large networks hold no kind of layer that the small ones lack: they run in `make test-all`, which runs the
whole product. `test_untrained.py` exports and verifies a large one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import keras_models
import numpy as np
import pytest
from kept import keep
from keras_models import NETWORKS, SMALLEST_MARGIN, bake_network, flatten_layers, load_photographs
from pairs import Matrix
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

RUNTIMES = {
    "onnx": ("onnxruntime", "onnxruntime-web:wasm@chromium"),
    "tfjs-graph": ("tfjs:wasm@node", "tfjs:wasm@chromium", "tfjs:webgl@chromium"),
    "tfjs-layers": ("tfjs:wasm@node", "tfjs:wasm@chromium", "tfjs:webgl@chromium"),
    "wasm": tuple(f"webparity@{engine}" for engine in ("python", "node", "chromium", "firefox", "webkit")),
}
# What TF.js' layers library cannot do, as `tfjs-layers-limits.test.ts` proves, with words that the refusal must hold.
REFUSED = {
    "attention": "MultiHeadAttention",
    "dilated": "DepthwiseConv2D with dilation_rate=(2, 2)",
    "groups": "GetItem",
    "subclassed-tensorflow": "_TensorFlow",
}
LARGE = {"MobileNetV2", "MobileNetV3", "EfficientNetB0", "ResNet50"}
# Of the browsers, one runs the program of every network; these run in all: what one engine computes, all do by the
# specification of WebAssembly.
EVERYWHERE = {"sequential", "attention", "separable"}
MATRIX = Matrix(
    [
        (network, target, runtime)
        for network in NETWORKS
        for target, runtimes in RUNTIMES.items()
        for runtime in runtimes
        if target != "tfjs-layers" or network not in REFUSED
    ],
    lambda network, target, runtime: {"network": network, "target": target, "runtime": runtime},
    left_out=lambda network, _, runtime: (
        network in LARGE or (runtime in {"webparity@firefox", "webparity@webkit"} and network not in EVERYWHERE)
    ),
)
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

Built = Callable[[str], KerasBaked]
Verified = Callable[[str], tuple[Bundle, Report]]


@pytest.fixture(scope="session")
def built() -> Built:
    """The network of a name, built once."""
    return cache(bake_network)


@pytest.fixture(scope="session")
def verified(built: Built, pytestconfig: pytest.Config) -> Verified:
    """The bundle of a network with every target that takes it, and its report, with the runs of its cells required."""
    cells = MATRIX.run_by(pytestconfig)

    def export(name: str, out: Path) -> None:
        model = Exportable(
            name=name,
            baked=built(name),
            source=serialize_model(built(name).network),
            labels=tuple("abcde"[: built(name).classes]),
            golden=[
                GoldenFile(data=_encode_png(image), suffix=".png", title=name) for image in load_photographs()[:_GOLDEN]
            ],
        )
        wanted = [target for target in RUNTIMES if target != "tfjs-layers" or name not in REFUSED]
        write_bundle(model, out, target_names=wanted, page=False)

    @cache
    def verify_once(name: str) -> tuple[Bundle, Report]:
        folder = keep(
            f"network-{name}",
            lambda out: export(name, out),
            packages=["webparity.export"],
            files=[Path(keras_models.__file__)],
        )
        bundle = open_bundle(folder)
        titles = [title_run(target, runtime) for network, target, runtime in cells if network == name]
        return bundle, verify(bundle, runtimes=titles, require=titles)

    return verify_once


def title_run(target: str, runtime: str) -> str:
    """Return the title of a run in a report."""
    return f"{runtime} [{target}-float32]"


def _encode_png(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    stream = BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("network", "target", "runtime"), MATRIX.parameters)
def test_network_answers_alike_everywhere(verified: Verified, network: str, target: str, runtime: str) -> None:
    bundle, report = verified(network)
    artifact = bundle.find_artifact(f"{target}-float32")
    assert _NEEDLESS & set(artifact.ops) == _NEEDED.get((network, target), set())
    run = next(run for run in report.runs if run.title == title_run(target, runtime))
    assert {run.runtime, f"{run.runtime}:{run.backend}"} & set(artifact.backends)
    assert run.verdict == "pass", run.reason
    assert (run.bits is not None) == (target == "wasm")
    assert run.bits is None or "manifest" in run.bits.held_to
    assert run.top1 is not None
    assert run.top1.flips == 0
    assert run.top1.smallest_margin > SMALLEST_MARGIN
    report.raise_for_verdict()


@pytest.mark.parametrize("network", REFUSED)
def test_layers_that_tfjs_lacks_are_refused(built: Built, network: str) -> None:
    assert REFUSED[network] in str(discover_targets()["tfjs-layers"].refusal(built(network)))


@pytest.mark.full
def test_every_kind_of_layer_is_in_a_network_that_is_not_left_out() -> None:
    kinds = {name: _list_layer_kinds(NETWORKS[name]()) for name in NETWORKS}
    small = set().union(*(kinds[name] for name in kinds if name not in LARGE))
    assert [name for name in LARGE if kinds[name] - small] == []
    assert all(len(kinds[name]) > 5 for name in LARGE)


def _list_layer_kinds(network: Any) -> set[str]:
    """Names of the layers' classes and of their activations."""
    layers = flatten_layers(network)
    activations = (getattr(layer, "activation", None) for layer in layers)
    return {type(layer).__name__ for layer in layers} | {function.__name__ for function in activations if function}
