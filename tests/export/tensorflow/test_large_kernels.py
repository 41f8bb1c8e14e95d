"""Large kernels that bypass the converters are in the artifacts with the same values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from webparity.bundle.write import SiteWriter
from webparity.export.checks.artifact import ArtifactCheck
from webparity.export.checks.reference_answers import ReferenceAnswers, make_random_batches
from webparity.export.onnx.build import build_onnx_model
from webparity.export.target_selection import discover_targets
from webparity.export.tensorflow import large_kernels
from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

SPEC = Preprocessing(height=16, width=16, channels="gray", scale=1 / 255)
LABELS = ("a", "b", "c")


def _build_network() -> Any:
    keras.utils.set_random_seed(0)
    inputs = keras.Input(SPEC.values_shape)
    x = layers.Conv2D(4, 3, padding="same", strides=2, activation="relu", name="first")(inputs)
    rows = layers.Flatten(name="rows")(x)
    wide = layers.Dense(1024, activation="relu", name="wide")(rows)
    shared = layers.Dense(1024, name="shared")
    halves = layers.Rescaling(0.5, name="halves")(wide)
    both = layers.Add(name="both")([shared(wide), shared(halves)])
    return keras.Model(inputs, layers.Dense(3, activation="softmax", name="last")(both), name="network")


def test_large_kernels_of_dense_layers_become_inputs() -> None:
    assert [kernel.path for kernel in large_kernels._list_large_kernels(_build_network())] == [
        "wide/kernel",
        "shared/kernel",
    ]
    assert large_kernels._list_large_kernels(None) == []


@pytest.mark.parametrize(("shape", "policy"), [((512,), "mixed_float16"), ((512,), "float64"), ((7, 512), "float32")])
def test_other_kernels_stay_constants(shape: tuple[int, ...], policy: str) -> None:
    network = keras.Sequential([keras.Input(shape), layers.Dense(512, dtype=policy)])
    assert large_kernels._list_large_kernels(network) == []


def test_onnx_is_the_same_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    out = build_onnx_model(KerasBaked(_build_network(), SPEC), LABELS)
    monkeypatch.setattr(large_kernels, "_MIN_SIZE", 1 << 30)
    whole = build_onnx_model(KerasBaked(_build_network(), SPEC), LABELS)
    assert out.SerializeToString(deterministic=True) == whole.SerializeToString(deterministic=True)


@pytest.mark.parametrize("target", ["onnx", "tfjs-graph"])
def test_every_artifact_agrees_with_the_network(tmp_path: Path, target: str) -> None:
    baked, kind = KerasBaked(_build_network(), SPEC), discover_targets()[target]
    artifact = kind.write(baked, LABELS, SiteWriter(tmp_path), None)
    assert artifact.bytes > 4 * sum(int(np.prod(weights.shape)) for weights in baked.network.weights)
    ArtifactCheck(baked, ReferenceAnswers(baked, make_random_batches()))(kind, tmp_path, artifact)


def test_a_wrong_kernel_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    baked, kind = KerasBaked(_build_network(), SPEC), discover_targets()["onnx"]
    honest = large_kernels.trace_with_kernel_inputs

    def perturb(*args: Any) -> large_kernels.TracedFunction:
        whole = honest(*args)
        return large_kernels.TracedFunction(
            function=whole.function, kernels={n: k * 1.1 for n, k in whole.kernels.items()}
        )

    monkeypatch.setattr(large_kernels, "trace_with_kernel_inputs", perturb)
    artifact = kind.write(baked, LABELS, SiteWriter(tmp_path), None)
    with pytest.raises(Exception, match="scores off by"):
        ArtifactCheck(baked, ReferenceAnswers(baked, make_random_batches()))(kind, tmp_path, artifact)
